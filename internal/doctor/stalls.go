package doctor

import "fmt"

// Shares of time lost in stalls: as the check of a cell has them.
const (
	stallFlag    = 0.005
	stallInvalid = 0.02
)

// stalls: time in which a thread that was due did not run.
func stalls(f *Facts) []Finding {
	if f.Noise == nil {
		return unknown("not tested")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("%.2f%% of the time lost in wake-ups more than 5 ms late, the longest %.1f ms late",
		100*f.Noise.StallShare, f.Noise.LongestStall.Seconds()*1e3)}
	switch {
	case f.Noise.StallShare > stallInvalid:
		finding.Level = Bad
		finding.Means = "requests are sent late and answers wait for a core: percentiles here are the machine's"
		finding.Command = "end what else runs, then run doctor again"
	case f.Noise.StallShare > stallFlag:
		finding.Level, finding.Means = Note, "the tail (p99 and beyond) is partly the machine's"
	}
	return one(finding)
}
