package shape

import (
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// ramp changes the rate linearly from one to another over a time and stays
// there: rate(t) = from + (to − from)·t/over.
//
// Choose it to find where latency bends, without the edges of steps.
type ramp struct {
	from, to float64
	over     time.Duration
	pieces
}

var _ open = ramp{}

func rampFamily() family {
	return family{Kind{
		Name:    "ramp",
		Example: "{ramp: {from: 10/s, to: 500/s, over: 20s}}",
		Summary: "a steady rise (or fall): where latency bends",
	}, decodeRamp}
}

func decodeRamp(n strict.Node) Shape {
	m := n.Map("from", "to", "over")
	var r ramp
	ok := perSecond(m.Need("from", "10/s"), &r.from)
	ok = perSecond(m.Need("to", "500/s"), &r.to) && ok
	ok = m.Need("over", "20s").Duration(&r.over, time.Millisecond, maxTime) && ok
	if !ok {
		return nil
	}
	if r.from == r.to {
		n.Note("a ramp from a rate to the same rate",
			"write a different rate, or the constant rate "+rateText(r.to))
		return nil
	}
	return newRamp(r.from, r.to, r.over)
}

func newRamp(from, to float64, over time.Duration) ramp {
	return ramp{from, to, over, newPieces(to, leg{from: from, to: to, length: over})}
}

func (r ramp) At(k uint64) (time.Duration, bool) { return r.at(k) }
func (ramp) Kind() string                        { return "ramp" }

func (r ramp) String() string {
	return notation("ramp", "from: %s, to: %s, over: %v", rateText(r.from), rateText(r.to), r.over)
}

func (r ramp) stretched(factor float64) Shape { return newRamp(r.from, r.to, stretch(r.over, factor)) }
