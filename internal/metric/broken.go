package metric

import "strings"

// Broken says that the row was to be measured and has no number to believe. What is
// not installed was not to be.
func (r *Row) Broken() bool {
	switch r.State {
	case Failed, AllInvalid:
		return true
	case Missing:
		return !strings.HasPrefix(r.Why, "not installed")
	}
	return false
}
