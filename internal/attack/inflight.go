package attack

import (
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// lookEvery is how often the generator looks how many of its requests are under
// way: often enough for a few hundred looks in a second, and for 0.1% of a core.
const lookEvery = 4 * time.Millisecond

// looks are the looks at a number, summed up as they come (Welford).
type looks struct{ n, mean, squares float64 }

func (l *looks) add(v float64) {
	l.n++
	d := v - l.mean
	l.mean += d / l.n
	l.squares += d * (v - l.mean)
}

func (l *looks) sampled() *record.Sampled {
	if l.n == 0 {
		return nil
	}
	return &record.Sampled{Count: uint64(l.n), Mean: l.mean, SD: math.Sqrt(l.squares / max(1, l.n-1))}
}

// lookOn looks at a number through a window until done is closed, and returns
// what it saw. It knows nothing of the requests' times, which it is compared with.
func lookOn(from, to time.Time, done <-chan struct{}, number func() int64) <-chan *record.Sampled {
	out := make(chan *record.Sampled, 1)
	go func() {
		var l looks
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		defer func() { out <- l.sampled() }()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			now := time.Now() // not the tick's time: that is when it was due
			if now.After(to) {
				return
			}
			if !now.Before(from) {
				l.add(float64(number()))
			}
		}
	}()
	return out
}
