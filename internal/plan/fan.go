package plan

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
)

// fan is the calls of a request: so many like ones to each provider.
type fan struct {
	calls []latency.Quantiler
	times []int
}

func (f *fan) add(call latency.Quantiler, times int) {
	f.calls, f.times = append(f.calls, call), append(f.times, times)
}

// path is how long they take as the row makes them: one after the other the calls add
// up, together the slowest counts, and of a bounded number at once both. Words say where
// the bound matters.
func (f *fan) path(row *Row) (path latency.Quantiler, words string) {
	count := 0
	for _, n := range f.times {
		count += n
	}
	atOnce := row.Resolved.Route.AtOnce
	switch {
	case row.Resolved.Fanout == contract.FanoutSequential:
		return f.sum(), ""
	case atOnce == 0 || count <= atOnce:
		return f.longest(), ""
	}
	return latency.InTurns(atOnce, f.sum(), f.longest()), fmt.Sprintf(" (%d calls, %d at once)", count, atOnce)
}

func (f *fan) sum() latency.Quantiler {
	var parts []latency.Quantiler
	for i, call := range f.calls {
		parts = append(parts, sumOfLike(call, f.times[i]))
	}
	return latency.SumOf(parts...)
}

func (f *fan) longest() latency.Quantiler {
	var parts []latency.Quantiler
	for i, call := range f.calls {
		parts = append(parts, latency.MaxOfLike(call, f.times[i]))
	}
	return latency.MaxOf(parts...)
}

// sumOfLike is the sum of n independent delays of one distribution, by doubling: a
// sum of a hundred takes ten sums of two.
func sumOfLike(d latency.Quantiler, n int) latency.Quantiler {
	if n < 2 {
		return d
	}
	half := sumOfLike(d, n/2)
	if n%2 == 0 {
		return latency.SumOf(half, half)
	}
	return latency.SumOf(half, half, d)
}
