package doctor

import "fmt"

// steady is the coefficient of variation below which nobody needs to hear of it.
const steady = 0.02

// speed: how much the time of equal work varies. It is the finest difference in
// CPU that one short measurement here can show.
func speed(f *Facts) []Finding {
	if f.Noise == nil {
		return unknown("not tested")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("equal work varies by %.1f%% (CV of the least steady core), the worst took %.2f times the best",
		100*f.Noise.SpinCV, f.Noise.WorstOverBest)}
	if f.Noise.SpinCV > steady {
		finding.Level = Note
		finding.Means = "a capacity bound by CPU repeats no better than this; take more trials, compare ratios of interleaved rows"
	}
	return one(finding)
}
