package latency

import (
	"fmt"
	"math"
	"time"
)

// lognormal is given by its median and its 99th percentile, the two numbers an
// engineer reads off a dashboard. Choose it for a real dependency.
//
//	Q(u) = p50 (p99/p50)^(Φ⁻¹(u) / Φ⁻¹(0.99))
type lognormal struct{ p50, p99 time.Duration }

var _ Dist = lognormal{}

// maxSpread bounds p99/p50. Beyond it the mean depends on calls nobody will
// ever see in a run, and no sample of a run could be compared with it.
const maxSpread = 1000

func lognormalFrom(v any) (Dist, error) {
	p, err := parameters(v, "p50", "p99")
	if err != nil {
		return nil, err
	}
	d := lognormal{p[0], p[1]}
	switch {
	case d.p50 == 0:
		return nil, fmt.Errorf("p50 must be longer than 0s")
	case d.p99 < d.p50:
		return nil, fmt.Errorf("p99 %v is below p50 %v", d.p99, d.p50)
	case d.p99 == d.p50:
		return nil, fmt.Errorf("p99 equals p50: write %v for a constant", d.p50)
	case d.p99/d.p50 >= maxSpread:
		return nil, fmt.Errorf("p99 %v is not below %d times p50 %v", d.p99, maxSpread, d.p50)
	}
	return d, nil
}

// z99 is Φ⁻¹(0.99).
var z99 = probit(0.99)

func (d lognormal) Quantile(u float64) time.Duration {
	return cut(float64(d.p50) * math.Pow(float64(d.p99)/float64(d.p50), probit(u)/z99))
}

func (d lognormal) String() string {
	return fmt.Sprintf("{lognormal: {p50: %v, p99: %v}}", d.p50, d.p99)
}
func (d lognormal) Kind() string { return "lognormal" }
