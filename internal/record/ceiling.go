package record

import (
	"slices"
	"time"
)

// Ceiling is a bound on throughput known before anything runs.
type Ceiling struct {
	Kind string  `json:"kind"` // connections | rate | workers | client-pool | cores | provider
	Rate float64 `json:"rate"` // req/s; of one that changes, the mean over the window
	Why  string  `json:"why"`  // "4 workers / 350ms = 11.4 req/s"
	// Phases are the parts of the window, end to end, where it changes within it.
	Phases []CeilingPhase `json:"phases,omitempty"`
}

// CeilingPhase is a ceiling in one part of the window.
type CeilingPhase struct {
	From time.Duration `json:"from"` // after the start of measurement
	To   time.Duration `json:"to"`
	Rate float64       `json:"rate"` // req/s
	Why  string        `json:"why"`
}

// At is the ceiling in force at a time after the start of measurement.
func (c *Ceiling) At(t time.Duration) (rate float64, why string) {
	for _, p := range c.Phases {
		if p.From <= t && t < p.To {
			return p.Rate, p.Why
		}
	}
	return c.Rate, c.Why
}

// Stretch is a part of the window through which no ceiling changes, and the
// lowest of them: what must bind there.
type Stretch struct {
	CeilingPhase
	Kind string
}

// Stretches cuts a window where a ceiling changes. Without ceilings there are none.
func Stretches(ceilings []Ceiling, window time.Duration) []Stretch {
	if len(ceilings) == 0 {
		return nil
	}
	edges := []time.Duration{0, window}
	for i := range ceilings {
		for _, p := range ceilings[i].Phases {
			if 0 < p.From && p.From < window {
				edges = append(edges, p.From)
			}
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var list []Stretch
	for i := 1; i < len(edges); i++ {
		list = append(list, lowest(ceilings, edges[i-1], edges[i]))
	}
	return list
}

func lowest(ceilings []Ceiling, from, to time.Duration) (s Stretch) {
	for i := range ceilings {
		if rate, why := ceilings[i].At(from); i == 0 || rate < s.Rate {
			s = Stretch{CeilingPhase{From: from, To: to, Rate: rate, Why: why}, ceilings[i].Kind}
		}
	}
	return s
}
