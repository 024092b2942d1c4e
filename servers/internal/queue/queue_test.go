package queue

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(os.Exit)) }

// offer reserves and fills in one go.
func offer(q *Queue[int], v int, now time.Time) bool {
	if !q.Reserve() {
		return false
	}
	q.Fill(v, now, now, now)
	return true
}

// TestEverythingAcceptedIsDoneOnceOrLeft holds for any size, any number of workers,
// any number of repetitions, and a drain at any time.
func TestEverythingAcceptedIsDoneOnceOrLeft(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 20).Draw(rt, "size")
		workers := rapid.IntRange(0, 5).Draw(rt, "workers")
		offers := rapid.IntRange(0, 40).Draw(rt, "offers")
		repeats := rapid.IntRange(0, 3).Draw(rt, "repeats")
		limit := time.Duration(rapid.IntRange(0, 50).Draw(rt, "limit")) * time.Millisecond
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			carried, peak := map[int]int{}, 0
			now := 0
			q := New(size, workers, func(ctx context.Context, v int) (time.Time, bool) {
				mu.Lock()
				now++
				peak = max(peak, now)
				mu.Unlock()
				select {
				case <-time.After(3 * time.Millisecond):
				case <-ctx.Done():
				}
				mu.Lock()
				defer mu.Unlock()
				now--
				if ctx.Err() != nil {
					return time.Now(), false
				}
				carried[v]++
				return time.Now().Add(5 * time.Millisecond), carried[v] > repeats
			})
			var accepted []int
			for v := range offers {
				if offer(q, v, time.Now()) {
					accepted = append(accepted, v)
				}
				if n, _ := q.Depth(); n > size {
					rt.Fatalf("%d entries in a queue of %d", n, size)
				}
				time.Sleep(time.Millisecond)
			}
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			before, _ := q.Depth()
			done := q.Done()
			left := q.Drain(ctx, ctx)
			done = q.Done() - done
			if done+len(left) != before || offer(q, -1, time.Now()) {
				rt.Fatalf("%d not done before the drain, %d done and %d left by it", before, done, len(left))
			}
			if !slices.IsSorted(left) {
				rt.Fatalf("left out of order: %v", left)
			}
			synctest.Wait() // for workers that were carrying when the time was over
			both := 0
			for _, v := range accepted {
				finished, over := carried[v] > repeats, slices.Contains(left, v)
				if finished && over {
					both++
				}
				if !finished && !over || carried[v] > repeats+1 {
					rt.Fatalf("%d was carried %d times, left over: %v", v, carried[v], left)
				}
			}
			if both > workers {
				rt.Fatalf("%d are left over though they were done", both)
			}
			if peak > workers {
				rt.Fatalf("%d carried at once by %d workers", peak, workers)
			}
		})
	})
}

func TestFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []int
		q := New(10, 1, func(_ context.Context, v int) (time.Time, bool) {
			order = append(order, v)
			return time.Time{}, true
		})
		now := time.Now()
		for v := range 3 {
			q.Reserve()
			// The second is not due before the others are done.
			due := now
			if v == 1 {
				due = now.Add(time.Second)
			}
			q.Fill(v, now, due, now)
		}
		q.Drain(context.Background(), context.Background())
		if want := []int{0, 2, 1}; !slices.Equal(order, want) {
			t.Errorf("carried %v, want %v", order, want)
		}
		if took := time.Since(now); took != time.Second {
			t.Errorf("took %v of the bubble's time", took)
		}
	})
}

func TestReservedPlacesCount(t *testing.T) {
	q := New(2, 0, func(context.Context, int) (time.Time, bool) { return time.Time{}, true })
	for i, want := range []bool{true, true, false} {
		if got := q.Reserve(); got != want {
			t.Errorf("place %d of 2: %t", i+1, got)
		}
	}
	if q.Free() != 0 {
		t.Errorf("%d places are free", q.Free())
	}
	q.Cancel()
	born := time.Unix(100, 0)
	q.Fill(1, born, born, born)
	if n, oldest := q.Depth(); n != 1 || !oldest.Equal(born) || q.Free() != 1 {
		t.Errorf("%d entries, the oldest of %v, %d free", n, oldest, q.Free())
	}
	if left := q.Drain(context.Background(), context.Background()); q.Done() != 0 || !slices.Equal(left, []int{1}) {
		t.Errorf("done %d, left %v: without workers nothing is done", q.Done(), left)
	}
}

// TestWhatIsCarriedAtTheEnd is waited for as long as it may: then it is done, and not
// left for another to do again.
func TestWhatIsCarriedAtTheEnd(t *testing.T) {
	for last, want := range map[time.Duration]int{2 * time.Second: 1, 4 * time.Second: 0} {
		synctest.Test(t, func(t *testing.T) {
			q := New(2, 1, func(context.Context, int) (time.Time, bool) {
				time.Sleep(3 * time.Second)
				return time.Time{}, true
			})
			offer(q, 1, time.Now())
			synctest.Wait()
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			ctx, end := context.WithTimeout(t.Context(), last)
			defer end()
			if left := q.Drain(ended, ctx); len(left) != want {
				t.Errorf("within %v: %v are left, want %d", last, left, want)
			}
			time.Sleep(2 * time.Second) // for the worker that is not waited for
		})
	}
}
