package latency

import (
	"fmt"
	"math"
	"time"
)

// normal is a bell curve truncated at 0: negative draws are drawn again, so
// with sd > mean/3 the true mean lies visibly above the parameter (Mean knows).
// Choose it for a well-behaved dependency with some jitter.
//
//	Q(u) = mean + sd Φ⁻¹(p₀ + u (1 − p₀)),  p₀ = Φ(−mean/sd)
type normal struct{ mean, sd time.Duration }

var _ Dist = normal{}

func normalFrom(v any) (Dist, error) {
	p, err := parameters(v, "mean", "sd")
	if err != nil {
		return nil, err
	}
	if p[1] == 0 {
		return nil, fmt.Errorf("sd is 0: write %v for a constant", p[0])
	}
	return normal{p[0], p[1]}, nil
}

func (d normal) Quantile(u float64) time.Duration {
	below := phi(-float64(d.mean) / float64(d.sd))
	return cut(float64(d.mean) + float64(d.sd)*probit(below+u*(1-below)))
}

func (d normal) String() string { return fmt.Sprintf("{normal: {mean: %v, sd: %v}}", d.mean, d.sd) }
func (d normal) Kind() string   { return "normal" }

// phi is the standard normal distribution function.
func phi(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// probit is its inverse: −Inf at 0.
func probit(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
