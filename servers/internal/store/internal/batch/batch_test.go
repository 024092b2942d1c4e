package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// op is what the tests submit: which goroutine, its n-th, and whether it shall fail.
type op struct {
	from, n int
	fail    bool
}

var errOp = errors.New("of the operation")

// TestEachOperationOnce: whatever is submitted by whom, every operation is committed
// exactly once, those of one submitter in their order, no commit is larger than the
// limit, and each gets the result that is its own.
func TestEachOperationOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.Bool(), 0, 12), 1, 12).Draw(t, "failures by submitter")
		var committed []op // by the committer alone until Close
		b := New(limit, func(ops []op) []error {
			if len(ops) == 0 || len(ops) > limit {
				t.Errorf("a commit of %d operations, limit %d", len(ops), limit)
			}
			committed = append(committed, ops...)
			if !slices.ContainsFunc(ops, func(o op) bool { return o.fail }) {
				return nil
			}
			errs := make([]error, len(ops))
			for i, o := range ops {
				if o.fail {
					errs[i] = fmt.Errorf("%d/%d: %w", o.from, o.n, errOp)
				}
			}
			return errs
		})
		var all sync.WaitGroup
		total := 0
		for from, plan := range plans {
			total += len(plan)
			all.Go(func() {
				for n, fail := range plan {
					err := b.Do(context.Background(), op{from, n, fail})
					if (err != nil) != fail || fail && err.Error() != fmt.Sprintf("%d/%d: %v", from, n, errOp) {
						t.Errorf("operation %d of %d (fails: %t) returned %v", n, from, fail, err)
					}
				}
			})
		}
		all.Wait()
		b.Close()
		next := make([]int, len(plans))
		for _, o := range committed {
			if o.n != next[o.from] {
				t.Fatalf("operation %d of submitter %d was committed in place of %d", o.n, o.from, next[o.from])
			}
			next[o.from]++
		}
		if _, writes := b.Counts(); len(committed) != total || writes != uint64(total) {
			t.Errorf("%d committed, %d counted, %d submitted", len(committed), writes, total)
		}
	})
}

// TestGroups: what comes together during a commit is the next one, up to the limit.
func TestGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		b := New(4, func(ops []int) []error {
			sizes = append(sizes, len(ops))
			time.Sleep(time.Second)
			return nil
		})
		var all sync.WaitGroup
		all.Go(func() { b.Do(t.Context(), 0) })
		synctest.Wait()
		for i := range 6 {
			all.Go(func() { b.Do(t.Context(), i) })
		}
		all.Wait()
		b.Close()
		if want := []int{1, 4, 2}; !slices.Equal(sizes, want) {
			t.Errorf("commits of %v, want %v", sizes, want)
		}
	})
}

// TestContext: an operation is withdrawn before it is taken and in doubt afterwards.
func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var committed []int
		b := New(1, func(ops []int) []error {
			committed = append(committed, ops...)
			time.Sleep(time.Minute)
			return nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		results := make([]error, 3)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() { results[i] = b.Do(ctx, i) })
			synctest.Wait()
		}
		all.Wait()
		b.Close()
		if !errors.Is(results[0], ErrDoubt) || !errors.Is(results[0], context.DeadlineExceeded) {
			t.Errorf("taken and not finished: got %v", results[0])
		}
		for _, err := range results[1:] {
			if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrDoubt) {
				t.Errorf("never taken: got %v", err)
			}
		}
		if want := []int{0}; !slices.Equal(committed, want) {
			t.Errorf("committed %v, want %v", committed, want)
		}
	})
}

// TestClose: the commit under way is finished, what waits is refused.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(1, func([]int) []error { time.Sleep(time.Second); return nil })
		var first, second error
		var all sync.WaitGroup
		all.Go(func() { first = b.Do(t.Context(), 1) })
		synctest.Wait()
		all.Go(func() { second = b.Do(t.Context(), 2) })
		synctest.Wait()
		b.Close()
		b.Close()
		all.Wait()
		if first != nil || !errors.Is(second, ErrClosed) {
			t.Errorf("got %v and %v, want nil and %v", first, second, ErrClosed)
		}
	})
}
