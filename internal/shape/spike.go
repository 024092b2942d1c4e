package shape

import (
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// spike is a base rate with one burst: peak from at until at+span, base before and
// after.
//
//	req/s    ┌───┐ peak
//	base ────┘   └────
//	         at
//
// Choose it to see how a server takes a burst and how long it takes to recover.
type spike struct {
	base, top float64
	start     time.Duration
	span      time.Duration
	pieces
}

var _ open = spike{}

func spikeFamily() family {
	return family{Kind{
		Name:    "spike",
		Example: "{spike: {base: 50/s, peak: 500/s, at: 5s, for: 3s}}",
		Summary: "one burst: how it is taken, and the time to recover",
	}, decodeSpike}
}

func decodeSpike(n strict.Node) Shape {
	m := n.Map("base", "peak", "at", "for")
	var s spike
	ok := perSecond(m.Need("base", "50/s"), &s.base)
	ok = positiveRate(m.Need("peak", "500/s"), &s.top) && ok
	ok = m.Need("at", "5s").Duration(&s.start, 0, maxTime) && ok
	ok = m.Need("for", "3s").Duration(&s.span, time.Millisecond, maxTime) && ok
	if !ok {
		return nil
	}
	if s.top <= s.base {
		n.Note("the peak of the spike is not above its base", "write a peak above "+rateText(s.base))
		return nil
	}
	return newSpike(s.base, s.top, s.start, s.span)
}

func newSpike(base, top float64, start, span time.Duration) spike {
	return spike{base, top, start, span, newPieces(base,
		leg{from: base, to: base, length: start},
		leg{from: top, to: top, length: span})}
}

func (s spike) At(k uint64) (time.Duration, bool) { return s.at(k) }
func (spike) Kind() string                        { return "spike" }

func (s spike) String() string {
	return notation("spike", "base: %s, peak: %s, at: %v, for: %v",
		rateText(s.base), rateText(s.top), s.start, s.span)
}

func (s spike) stretched(factor float64) Shape {
	return newSpike(s.base, s.top, stretch(s.start, factor), stretch(s.span, factor))
}
