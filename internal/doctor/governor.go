package doctor

import (
	"slices"
	"strings"
)

// governor: a core that saves power makes an idle server look slower than a busy one.
func governor(f *Facts) []Finding {
	switch {
	case len(f.Governors) == 0:
		return unknown("no control of the CPU's frequency is visible, as on most virtual machines")
	case slices.Equal(f.Governors, []string{"performance"}):
		return one(Finding{Level: OK, Found: "performance", Means: "the frequency does not follow the load"})
	}
	return one(Finding{Level: Note, Found: strings.Join(f.Governors, ", "),
		Means:   "cores slow down when there is little to do: latency and CPU per request rise at low rates",
		Command: "sudo cpupower frequency-set -g performance"})
}
