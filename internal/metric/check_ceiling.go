package metric

import (
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// checkCeiling: what is faster than possible was measured wrongly. A ceiling of
// CPU is left out of the planned ones: how much work a core does was calibrated,
// not planned, and the CPU itself is measured.
var checkCeiling = Check{
	ID: "ceiling",
	Doc: "answers against the planned ceilings, beyond chance and what was in flight at the start; " +
		"the server's CPU against the time of its cores",
	Invalid: "> 102% of a ceiling, > 101% of the cores",
	run: func(f *facts) result {
		if r := f.tooMuchCPU(); r.level != OK {
			return r
		}
		if f.trimmed {
			return unchecked("ceilings: " + trimmedWhy)
		}
		for _, c := range f.cell.Ceilings {
			if !f.ceilingHolds(&c) {
				continue
			}
			fits := c.Rate * f.cell.Generator.Window.Seconds()
			allowed := 1.02*fits + standardErrors*math.Sqrt(fits) + f.carriedOver(&c)
			if float64(f.goodIn) > allowed {
				return found(Invalid, "faster than possible: %s in the window, of which the ceiling allows %.0f (%s)",
					Count(f.goodIn, "answer"), fits, c.Why)
			}
		}
		return fine()
	},
}

// ceilingHolds says whether a ceiling is one of the whole window.
func (f *facts) ceilingHolds(c *record.Ceiling) bool {
	switch c.Kind {
	case "cores":
		return false
	case BoundRate: // a mean over what was planned
		return !f.load.Changing || f.cell.Generator.Window >= f.cell.Duration
	}
	return len(f.run.Scenario.Timeline) == 0 // later the providers may be faster
}

// carriedOver is how many answers in the window the warm-up may have worked for:
// what is in flight at the ceiling (Little), or what did come over.
func (f *facts) carriedOver(c *record.Ceiling) float64 {
	over := 0
	for _, late := range f.cell.Generator.WarmupLate {
		if f.within(late.At) && late.Outcome.Good() {
			over++
		}
	}
	return max(float64(over), c.Rate*f.plannedPath().Seconds())
}

// plannedPath is the mean of the provider path.
func (f *facts) plannedPath() time.Duration {
	var sum, longest time.Duration
	for channel, p := range f.run.Scenario.Providers {
		longest = max(longest, p.Mean)
		sum += time.Duration(f.run.Scenario.CallsPer(channel)) * p.Mean
	}
	switch {
	case f.subject.Fanout != contract.FanoutConcurrent:
		return sum
	case f.subject.AtOnce > 0:
		return max(longest, sum/time.Duration(f.subject.AtOnce))
	}
	return longest
}

func (f *facts) tooMuchCPU() result {
	s := &f.cell.Server
	took := s.WindowTo - s.From
	if s.CPUWindow == nil || took <= 0 {
		return unchecked("CPU time of the server was not measured")
	}
	cores := len(f.run.Cores.Server)
	if cores == 0 {
		cores = f.run.Environment.Cores
	}
	if cores == 0 {
		return fine()
	}
	// What children that ended have used is known in whole ticks.
	fits := float64(cores) * float64(took)
	if float64(*s.CPUWindow) <= 1.01*fits+float64(standardErrors*tick) {
		return fine()
	}
	return found(Invalid, "more CPU than there is: the server used %s in %s of %s",
		Time(float64(*s.CPUWindow)), Time(float64(took)), Count(cores, "core"))
}
