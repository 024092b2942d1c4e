package doctor

import (
	"context"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/burn"
	"github.com/notifybench/notifybench/internal/proc"
)

const (
	nap     = time.Millisecond     // what the stall test sleeps
	late    = 5 * time.Millisecond // beyond this a wake-up is a stall
	spinFor = 10                   // ms of work in one repetition of the spin test
)

// Noise is what an idle machine does to whoever measures on it. The worst core
// speaks for the machine.
type Noise struct {
	StallShare    float64       `json:"stall_share"`   // of time lost in wake-ups more than 5 ms late
	LongestStall  time.Duration `json:"longest_stall"` // beyond due
	SpinCV        float64       `json:"spin_cv"`       // SD / mean of the time of equal work
	WorstOverBest float64       `json:"spin_worst_over_best"`
	Cores         []CoreNoise   `json:"cores"`
}

// CoreNoise is the noise of one core.
type CoreNoise struct {
	CPU           int           `json:"cpu"`
	StallShare    float64       `json:"stall_share"`
	LongestStall  time.Duration `json:"longest_stall"`
	SpinCV        float64       `json:"spin_cv"`
	WorstOverBest float64       `json:"spin_worst_over_best"`
}

// Measure tests all cores at once: first for stalls, then for their speed.
func Measure(ctx context.Context, cpus []int, length time.Duration) (*Noise, error) {
	n := &Noise{Cores: make([]CoreNoise, len(cpus))}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(len(cpus) + 1))
	stalls := func(c *CoreNoise) { c.StallShare, c.LongestStall = lost(naps(ctx, length/2)) }
	rounds := int(spinFor * burn.Calibrate(time.Now))
	speed := func(c *CoreNoise) { c.SpinCV, c.WorstOverBest = variation(spins(ctx, rounds, length/2)) }
	for _, test := range []func(*CoreNoise){stalls, speed} {
		if err := onEach(cpus, n.Cores, test); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, c := range n.Cores {
		n.StallShare, n.LongestStall = max(n.StallShare, c.StallShare), max(n.LongestStall, c.LongestStall)
		n.SpinCV, n.WorstOverBest = max(n.SpinCV, c.SpinCV), max(n.WorstOverBest, c.WorstOverBest)
	}
	return n, nil
}

// onEach runs a test on a thread of its own on every core. The thread ends with
// its goroutine, as it is never unlocked: nobody inherits its core.
func onEach(cpus []int, cores []CoreNoise, test func(*CoreNoise)) error {
	var group errgroup.Group
	for i, cpu := range cpus {
		group.Go(func() error {
			runtime.LockOSThread()
			if err := proc.PinThread([]int{cpu}); err != nil {
				return err
			}
			cores[i].CPU = cpu
			test(&cores[i])
			return nil
		})
	}
	return group.Wait()
}

// naps sleeps for a millisecond again and again, and returns by how much each
// wake-up was late.
func naps(ctx context.Context, length time.Duration) (delays []time.Duration, total time.Duration) {
	begin := time.Now()
	for now := begin; now.Sub(begin) < length && ctx.Err() == nil; {
		sleep(nap)
		woke := time.Now()
		delays = append(delays, woke.Sub(now)-nap)
		now = woke
	}
	return delays, time.Since(begin)
}

// lost is the share of time in wake-ups that were more than 5 ms late.
func lost(delays []time.Duration, total time.Duration) (share float64, longest time.Duration) {
	var sum time.Duration
	for _, d := range delays {
		longest = max(longest, d)
		if d > late {
			sum += d
		}
	}
	if total <= 0 {
		return 0, longest
	}
	return sum.Seconds() / total.Seconds(), longest
}

// spins does the same work again and again, and returns what each took.
func spins(ctx context.Context, rounds int, length time.Duration) (took []float64) {
	begin := time.Now()
	for time.Since(begin) < length && ctx.Err() == nil {
		start := time.Now()
		burn.Rounds(rounds)
		took = append(took, time.Since(start).Seconds())
	}
	return took
}

// variation is SD / mean, and the worst over the best.
func variation(took []float64) (cv, worstOverBest float64) {
	if len(took) < 2 {
		return 0, 1
	}
	mean, square := 0.0, 0.0
	for _, t := range took {
		mean += t / float64(len(took))
	}
	for _, t := range took {
		square += (t - mean) * (t - mean)
	}
	return math.Sqrt(square/float64(len(took)-1)) / mean, slices.Max(took) / slices.Min(took)
}
