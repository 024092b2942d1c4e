package gate

import (
	"math"

	"github.com/notifybench/notifybench/internal/stats"
)

const (
	// trim is cut off at either end: with 20% one wild block in eight cannot decide, and a
	// normal sample loses little.
	trim = 0.2
	// power is the probability with which a planned number of blocks shows the tolerance.
	power = 0.9
)

// estimate is a finding under way and what is needed to judge it.
type estimate struct {
	Finding
	mean   stats.Trimmed // of the logarithms
	alpha  float64       // may be spent on calling it worse, or better
	miss   float64       // may be spent on calling it tolerable
	margin float64       // of the mean, with alpha
	top    float64       // upper bound, with miss
	known  bool          // there are enough values for a mean
	why    string        // commonest reason of blocks without a value
	all    int           // blocks, those without a value included
	quiet  bool          // too many are without one
}

// estimated are the numbers of a rule over blocks, with bounds of such errors. The order of the
// blocks is of no account.
func estimated(r Rule, blocks []Block, alpha, miss float64) estimate {
	s := gather(r, blocks)
	e := estimate{
		Finding: Finding{Rule: r, Blocks: len(s.logs)},
		alpha:   alpha, miss: miss, why: commonest(s.missing), all: s.blocks, quiet: s.silent(),
	}
	e.Arms[Base], _ = stats.Median(s.arms[Base])
	e.Arms[Candidate], _ = stats.Median(s.arms[Candidate])
	if e.mean, e.known = stats.TrimmedMean(s.logs, trim); !e.known {
		return e
	}
	e.margin, e.top = e.mean.Margin(alpha), e.mean.Upper(miss)
	e.Change = share(e.mean.Mean)
	once := e.mean.Margin(0.025)
	e.Interval = stats.Interval{Lo: share(e.mean.Mean - once), Hi: share(e.mean.Mean + once)}
	e.Bounds = stats.Interval{Lo: share(e.mean.Mean - e.margin), Hi: share(e.top)}
	centre, _ := stats.HodgesLehmann(s.logs)
	e.HodgesLehmann = share(centre)
	if p, ok := stats.SignedRank(s.logs); ok {
		e.SignedRank = p
	} else {
		e.SignedRank = 1 // all equal: nothing speaks for worse
	}
	return e
}

// share is a signed logarithm as a share: how much more the worse arm takes than the other,
// 0.05 for 5%. Of a metric that is better when higher it is by how much the base exceeds the
// candidate. The limit is beyond any change; it keeps what a hopeless sample allows finite.
func share(log float64) float64 { return math.Expm1(min(log, 100)) }

// worse says that it is surely worse: the lower bound of the mean is above the effect, and the
// difference is not below the floor.
func (e estimate) worse() bool { return e.above(e.mean.Mean) }

// better is worse with the arms swapped, which turns the sign of every logarithm.
func (e estimate) better() bool { return e.above(-e.mean.Mean) }

func (e estimate) above(mean float64) bool {
	return mean-e.margin > math.Log1p(e.Effect) && e.difference() >= e.Floor
}

// difference is the estimate in the unit of the metric, without its sign: the change from the
// base's median, written so that it stays the same when the arms are swapped, B·(eᵐ − 1) =
// √(B·C)·2·sinh(m/2) where C = B·eᵐ.
func (e estimate) difference() float64 {
	return math.Sqrt(e.Arms[Base]*e.Arms[Candidate]) * 2 * math.Sinh(math.Abs(e.mean.Mean)/2)
}

// tolerated is the share that is not too much: the tolerance, or the floor where that is more.
func (e estimate) tolerated() float64 {
	if e.Floor == 0 {
		return e.Tolerance
	}
	return max(e.Tolerance, e.Floor/e.Arms[Base])
}

// plan says what would have been seen here, and what it takes to see the tolerance.
func (e *estimate) plan() {
	if !e.known {
		return
	}
	e.Visible = share(math.Log1p(e.Effect) + e.margin)
	if e.Floor > 0 {
		e.Visible = max(e.Visible, e.Floor/e.Arms[Base])
	}
	distance := math.Log1p(e.tolerated()) - math.Log1p(e.Effect)
	e.Needs, _ = stats.BlocksFor(e.mean.Winsorized(), trim, distance, e.alpha, power)
}
