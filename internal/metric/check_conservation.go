package metric

import "fmt"

var checkConservation = Check{
	ID:      "conservation",
	Doc:     "the providers saw as many calls as the answers report; requests without an answer leave room",
	Invalid: "any mismatch",
	run: func(f *facts) (Level, string, bool) {
		v := callsUnaccounted.of(f)
		if !v.OK || v.V == 0 {
			return OK, "", false
		}
		return Invalid, fmt.Sprintf("providers saw %s, answers reported %s",
			Count(callsSeen(f.cell), "call"), Thousands(fmt.Sprint(f.cell.Generator.Calls))), false
	},
}
