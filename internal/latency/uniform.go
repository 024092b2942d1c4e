package latency

import (
	"fmt"
	"time"
)

// uniform spreads delays evenly over [lo, hi]: choose it to see how a style
// copes with calls of unlike length, without a tail.
//
//	Q(u) = lo + u (hi − lo)
type uniform struct{ lo, hi time.Duration }

var _ Dist = uniform{}

func uniformFrom(v any) (Dist, error) {
	bounds, ok := v.([]any)
	if !ok || len(bounds) != 2 {
		return nil, fmt.Errorf("needs two bounds: [100ms, 1s]")
	}
	lo, err := duration(bounds[0])
	if err != nil {
		return nil, fmt.Errorf("lower bound: %w", err)
	}
	hi, err := duration(bounds[1])
	if err != nil {
		return nil, fmt.Errorf("upper bound: %w", err)
	}
	if hi < lo {
		return nil, fmt.Errorf("the upper bound %v is below the lower bound %v", hi, lo)
	}
	return uniform{lo, hi}, nil
}

func (d uniform) Quantile(u float64) time.Duration {
	return cut(float64(d.lo) + u*float64(d.hi-d.lo))
}

func (d uniform) String() string { return fmt.Sprintf("{uniform: [%v, %v]}", d.lo, d.hi) }
func (d uniform) Kind() string   { return "uniform" }
