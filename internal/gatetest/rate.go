package gatetest

import "github.com/notifybench/notifybench/internal/stats"

// confidence of every interval here.
const confidence = 0.95

// Rate is a share of the gates.
type Rate struct {
	Share float64 `json:"share"`
	// Interval is the 95% interval by the number of real blocks.
	Interval stats.Interval `json:"interval"`
}

// Spread is a quantity over the gates.
type Spread struct {
	Median   float64        `json:"median"`
	Interval stats.Interval `json:"interval"` // of the median, as of a rate
	P90      float64        `json:"p90"`
	Max      float64        `json:"max"`
}

func (r *resampled) rate(count int) Rate {
	shares := make([]float64, len(r.drawn))
	for i, t := range r.drawn {
		shares[i] = t.share(count)
	}
	return Rate{r.all.share(count), rateInterval(r.all.counts[count], r.all.gates, shares)}
}

// rateInterval is the interval of a rate of which k of n pseudo-gates were counted, and
// these shares of the gates of each pool that was drawn from the pool.
//
// It is a bootstrap of two levels, by its 2.5% and 97.5% quantiles: the share differs from
// drawn pool to drawn pool because real blocks are few. That each has few gates too is left
// in: taken off (by its known variance), intervals of 48 blocks cover 86 to 92% instead of
// 92 to 98% (see TestIntervalCovers), and it should rather be too wide than too narrow. The
// chance of the draws themselves (Clopper–Pearson of k of n) is the least that it shows:
// where no gate is red, it still has a length.
//
// What is rarer than one in all the real blocks is in no pool: no resampling can show it.
func rateInterval(k, n int, shares []float64) stats.Interval {
	out := stats.ClopperPearson(k, n, confidence)
	all := sorted(shares)
	if lo, ok := quantile(all, (1-confidence)/2); ok {
		hi, _ := quantile(all, (1+confidence)/2)
		out = stats.Interval{Lo: min(out.Lo, lo), Hi: max(out.Hi, hi)}
	}
	return out
}

// spread is that of one of the quantities; nil where no gate has it.
func (r *resampled) spread(of func(*tally) []float64) *Spread {
	all := sorted(of(r.all))
	median, ok := quantile(all, 0.5)
	if !ok {
		return nil
	}
	p90, _ := quantile(all, 0.9)
	s := &Spread{Median: median, P90: p90, Max: all[len(all)-1]}
	medians := []float64{median}
	for _, t := range r.drawn {
		if m, ok := quantile(sorted(of(t)), 0.5); ok {
			medians = append(medians, m)
		}
	}
	medians = sorted(medians)
	s.Interval.Lo, _ = quantile(medians, (1-confidence)/2)
	s.Interval.Hi, _ = quantile(medians, (1+confidence)/2)
	s.Interval = stats.Interval{Lo: min(s.Interval.Lo, median), Hi: max(s.Interval.Hi, median)}
	return s
}
