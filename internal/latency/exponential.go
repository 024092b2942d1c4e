package latency

import (
	"fmt"
	"math"
	"time"
)

// exponential is memoryless: the textbook service time. Choose it to compare
// with queueing theory.
//
//	Q(u) = −mean ln(1 − u)
type exponential struct{ mean time.Duration }

var _ Dist = exponential{}

func exponentialFrom(v any) (Dist, error) {
	p, err := parameters(v, "mean")
	if err != nil {
		return nil, err
	}
	if p[0] == 0 {
		return nil, fmt.Errorf("mean must be longer than 0s")
	}
	return exponential{p[0]}, nil
}

func (d exponential) Quantile(u float64) time.Duration {
	return cut(-float64(d.mean) * math.Log1p(-u))
}

func (d exponential) String() string { return fmt.Sprintf("{exponential: {mean: %v}}", d.mean) }
func (d exponential) Kind() string   { return "exponential" }
