package selftest

import (
	"fmt"
	"strconv"
)

// Unit is a base unit.
type Unit string

// The units, as the JSON names them.
const (
	Nanoseconds Unit = "ns"
	Bytes       Unit = "bytes"
	Requests    Unit = "requests"
)

// Format prints v with its unit. The scale is fixed for a unit, so that truth,
// error and limit of a row can be compared at a glance.
func (u Unit) Format(v float64) string {
	switch u {
	case Nanoseconds:
		return strconv.FormatFloat(v/1e6, 'f', 3, 64) + " ms"
	case Bytes:
		return strconv.FormatFloat(v/(1<<20), 'f', 2, 64) + " MiB"
	}
	return fmt.Sprintf("%.0f", v)
}

// FormatError is Format with a sign.
func (u Unit) FormatError(v float64) string {
	if v >= 0 {
		return "+" + u.Format(v)
	}
	return u.Format(v)
}
