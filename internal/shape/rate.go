package shape

import (
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// rate is a constant rate r, evenly spaced: N(t) = r·t, so request k is due at
//
//	t = k / r
//
// Choose it for cost per request and for comparing servers at equal load.
type rate float64

var _ open = rate(0)

func rateFamily() family {
	return family{Kind{
		Name:    "rate",
		Example: "300/s",
		Summary: "constant rate, evenly spaced: cost per request at equal load",
	}, decodeRate}
}

func decodeRate(n strict.Node) Shape {
	var r float64
	if !positiveRate(n, &r) {
		return nil
	}
	return rate(r)
}

func (r rate) At(k uint64) (time.Duration, bool) { return due(float64(k) / float64(r)) }
func (r rate) Rate(time.Duration) float64        { return float64(r) }
func (r rate) String() string                    { return rateText(float64(r)) }
func (rate) Kind() string                        { return "rate" }
func (r rate) hits(t time.Duration) float64      { return float64(r) * t.Seconds() }
func (r rate) peak(time.Duration) float64        { return float64(r) }
func (rate) changing() bool                      { return false }
func (r rate) stretched(float64) Shape           { return r }

// due is a time in seconds as a duration; what no duration can hold is never.
func due(seconds float64) (time.Duration, bool) {
	const longest = float64(1<<63-1) / 1e9 * 0.999
	if !(seconds < longest) {
		return 0, false
	}
	return time.Duration(seconds * 1e9), true
}
