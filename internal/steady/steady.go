// Package steady says whether a measurement was steady: whether the second half
// of its window was like the first.
//
// Requests that follow each other wait together, so that n of them say less than
// n independent ones would. Each half is therefore cut into batches, and the
// standard error of a half is that of its batch means: right as long as a batch
// is longer than what its requests have in common.
//
// The run asks it whether to measure once more, after a longer warm-up, and the
// analysis whether to believe: one rule for both.
package steady

import (
	"fmt"
	"math"
	"time"
)

// Batches is the number of batches in each half.
const Batches = 10

// Limits of a drift.
const (
	Limit = 0.05 // of the first half
	// surely is the number of standard errors by which the excess must be beyond
	// chance: with 18 degrees of freedom that is p < .01, two-sided.
	surely = 3
	// enough requests in each half for ten in a batch, on average.
	enough = 10 * Batches
)

// Half is one half of a window, by time of completion.
type Half struct {
	Count   uint64        `json:"count"`    // answered requests
	Mean    time.Duration `json:"mean"`     // of their response time (service time in a closed loop)
	SD      time.Duration `json:"sd"`       // of the same
	MeanSE  time.Duration `json:"mean_se"`  // standard error of Mean, by batches
	CountSE float64       `json:"count_se"` // standard error of Count, by batches
}

// Course collects the requests of a window. The zero value is not ready: use New.
type Course struct {
	window  time.Duration
	batches [2 * Batches]batch
}

// batch sums up the response times of a part of the window, in seconds.
type batch struct{ n, sum, squares float64 }

// New is the course of a window of a length.
func New(window time.Duration) *Course { return &Course{window: window} }

// Add adds an answered request that ended at a time after the start of the
// window; outside of the window it is not counted.
func (c *Course) Add(at, took time.Duration) {
	if at < 0 || at >= c.window {
		return
	}
	b := &c.batches[int(int64(len(c.batches))*int64(at)/int64(c.window))]
	s := took.Seconds()
	b.n++
	b.sum += s
	b.squares += s * s
}

// Halves sums up both halves.
func (c *Course) Halves() [2]Half {
	return [2]Half{half(c.batches[:Batches]), half(c.batches[Batches:])}
}

func half(batches []batch) Half {
	var all batch
	for _, b := range batches {
		all.n += b.n
		all.sum += b.sum
		all.squares += b.squares
	}
	if all.n == 0 {
		return Half{}
	}
	mean := all.sum / all.n
	perBatch := all.n / float64(len(batches))
	var ofMean, ofCount float64
	for _, b := range batches {
		// What a batch adds to the mean, weighted by its size: the error of a ratio.
		residual := b.sum - b.n*mean
		ofMean += residual * residual
		ofCount += (b.n - perBatch) * (b.n - perBatch)
	}
	m := float64(len(batches))
	correction := m / (m - 1)
	return Half{
		Count: uint64(all.n), Mean: seconds(mean),
		SD:      seconds(math.Sqrt(max(0, all.squares/all.n-mean*mean))),
		MeanSE:  seconds(math.Sqrt(correction*ofMean) / all.n),
		CountSE: math.Sqrt(correction * ofCount),
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Drifted says in words in which way the second half differs from the first by
// more than the limit and by more than chance; empty where it does not, or where
// there were too few requests to tell.
func Drifted(h [2]Half) string {
	a, b := h[0], h[1]
	if min(a.Count, b.Count) < enough {
		return ""
	}
	if beyond(float64(a.Mean), float64(b.Mean), float64(a.MeanSE), float64(b.MeanSE)) {
		return fmt.Sprintf("the mean response time went from %v to %v (%+.0f%%)",
			short(a.Mean), short(b.Mean), percent(float64(a.Mean), float64(b.Mean)))
	}
	if beyond(float64(a.Count), float64(b.Count), a.CountSE, b.CountSE) {
		return fmt.Sprintf("the answers went from %d to %d (%+.0f%%)",
			a.Count, b.Count, percent(float64(a.Count), float64(b.Count)))
	}
	return ""
}

func beyond(a, b, seA, seB float64) bool {
	return math.Abs(b-a)-Limit*a > surely*math.Hypot(seA, seB)
}

func percent(a, b float64) float64 { return 100 * (b - a) / a }

// short rounds to three digits or so.
func short(d time.Duration) time.Duration {
	for unit := time.Second; unit > 1; unit /= 10 {
		if d >= 100*unit {
			return d.Round(unit)
		}
	}
	return d
}
