package main

import (
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/stamp"
	"github.com/notifybench/notifybench/internal/stats"
)

// figures are what one attack of one tool came to. What was not measured is nil.
type figures struct {
	rate          *float64 // arrivals per second
	p50, p99, max *float64 // lateness of arrivals, ns
	bursts        *float64 // share of gaps below a tenth of the period
	cpu           *float64 // ns of the generator per request
	rss           *float64 // bytes, peak of the generator
}

// skipped is the beginning of an attack, in which connections are opened.
const skipped = 500 * time.Millisecond

// settled are the times of arrivals after the beginning, in order.
func settled(arrivals []stamp.Arrival) (at []int64) {
	for _, a := range arrivals {
		if a.At-arrivals[0].At >= int64(skipped) {
			at = append(at, a.At)
		}
	}
	slices.Sort(at)
	return at
}

// achieved is the mean rate of arrivals.
func achieved(at []int64) *float64 {
	if len(at) < 2 {
		return nil
	}
	rate := float64(len(at)-1) / time.Duration(at[len(at)-1]-at[0]).Seconds()
	return &rate
}

// uniformLag is how late each arrival is: the k-th arrival against k periods,
// less the smallest such difference. It needs nothing but the stamps, whoever
// sent them.
func uniformLag(at []int64, rate float64) []time.Duration {
	lags := make([]time.Duration, len(at))
	for k := range at {
		lags[k] = time.Duration(float64(at[k]-at[0]) - float64(k)*1e9/rate)
	}
	if len(lags) == 0 {
		return nil
	}
	least := slices.Min(lags)
	for k := range lags {
		lags[k] -= least
	}
	return lags
}

// intendedLag is how late each arrival is against the time that was meant for its
// k; arrivals of which nothing is known are left out.
func intendedLag(arrivals []stamp.Arrival, intended map[uint64]int64) (lags []time.Duration) {
	for _, a := range arrivals {
		if due, ok := intended[uint64(a.K)]; ok && a.K >= 0 {
			lags = append(lags, time.Duration(a.At-due))
		}
	}
	return lags
}

// burstShare is the share of gaps below a tenth of the period.
func burstShare(at []int64, rate float64) *float64 {
	if len(at) < 2 {
		return nil
	}
	short := 0
	for i := range at[1:] {
		if float64(at[i+1]-at[i]) < 0.1*1e9/rate {
			short++
		}
	}
	share := float64(short) / float64(len(at)-1)
	return &share
}

// setLags fills in the quantiles; those without enough samples stay nil.
func (f *figures) setLags(lags []time.Duration) {
	slices.Sort(lags)
	for _, q := range []struct {
		at   float64
		into **float64
	}{{.5, &f.p50}, {.99, &f.p99}} {
		if v, ok := stats.Quantile(lags, q.at); ok {
			ns := float64(v)
			*q.into = &ns
		}
	}
	if len(lags) > 0 {
		last := float64(lags[len(lags)-1])
		f.max = &last
	}
}
