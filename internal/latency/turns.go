package latency

import "time"

// turns is the time of delays that take turns, n at once.
type turns struct {
	n            time.Duration
	sum, longest Quantiler
}

// InTurns is the least time in which delays pass of which n at most run at once, given
// their sum and the longest of them: the path of a fan-out that is bounded. None of the n
// can do more than its part of the sum, and nothing is over before the longest. What is
// lost at the end, where some of the n have nothing left to do, is left out.
func InTurns(n int, sum, longest Quantiler) Quantiler {
	t := turns{time.Duration(n), sum, longest}
	if _, ok := allConstant([]Quantiler{sum, longest}); ok {
		return constant{t.Quantile(0)}
	}
	return t
}

func (t turns) Quantile(u float64) time.Duration {
	return max(t.sum.Quantile(u)/t.n, t.longest.Quantile(u))
}
