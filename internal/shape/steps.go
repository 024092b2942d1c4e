package shape

import (
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// steps raises the rate by step at each multiple of every, count levels in all,
// and stays on the last: level i (from 0) is from + i·step.
//
//	req/s        ┌──…
//	        ┌────┘
//	   ┌────┘  step
//	   │every
//
// Choose it to see at which load a server stops keeping up.
type steps struct {
	from, step float64
	every      time.Duration
	count      int
	pieces
}

var _ open = steps{}

func stepsFamily() family {
	return family{Kind{
		Name:    "steps",
		Example: "{steps: {from: 10/s, step: 10/s, every: 30s, count: 6}}",
		Summary: "a staircase: the load at which a server stops keeping up",
	}, decodeSteps}
}

func decodeSteps(n strict.Node) Shape {
	m := n.Map("from", "step", "every", "count")
	var s steps
	ok := positiveRate(m.Need("from", "10/s"), &s.from)
	ok = positiveRate(m.Need("step", "10/s"), &s.step) && ok
	ok = m.Need("every", "30s").Duration(&s.every, time.Millisecond, maxTime) && ok
	ok = m.Need("count", "6").Int(&s.count, 1, 1000) && ok
	if !ok {
		return nil
	}
	if top := s.from + float64(s.count-1)*s.step; top > maxRate {
		n.Notef("use fewer or smaller steps", "the last step of %s is out of range", rateText(top))
		return nil
	}
	return newSteps(s.from, s.step, s.every, s.count)
}

func newSteps(from, step float64, every time.Duration, count int) steps {
	legs := make([]leg, count)
	for i := range legs {
		level := from + float64(i)*step
		legs[i] = leg{from: level, to: level, length: every}
	}
	return steps{from, step, every, count, newPieces(legs[count-1].to, legs...)}
}

func (s steps) At(k uint64) (time.Duration, bool) { return s.at(k) }
func (steps) Kind() string                        { return "steps" }

func (s steps) String() string {
	return notation("steps", "from: %s, step: %s, every: %v, count: %d",
		rateText(s.from), rateText(s.step), s.every, s.count)
}

func (s steps) stretched(factor float64) Shape {
	return newSteps(s.from, s.step, stretch(s.every, factor), s.count)
}
