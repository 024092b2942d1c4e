package latency

import "time"

// constant is the choice for reproducing a document and for finding a ceiling:
// nothing varies but the server.
type constant struct{ d time.Duration }

var _ Dist = constant{}

// Constant is the distribution in which every call takes d.
func Constant(d time.Duration) Dist { return constant{d} }

func constantFrom(v any) (Dist, error) {
	d, err := duration(v)
	return constant{d}, err
}

func (c constant) Quantile(float64) time.Duration { return c.d }
func (c constant) String() string                 { return c.d.String() }
func (c constant) Kind() string                   { return "constant" }
