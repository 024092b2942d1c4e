package gatetest

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

func smallPlan() Plan {
	return Plan{Policy: policy(), Seed: 3, Draws: Draws{Gates: 50, Pools: 4, Inside: 5, Seed: 1}, Wants: []Want{
		{Injection{Kind: None}, 10, 1}, {Injection{Work, CPU, 0.3}, 10, 1},
	}}
}

// TestRunGoesOn: a run that is stopped again and again measures the same blocks as one that
// is not, none twice, and finds the same; a block that was cut short is none.
func TestRunGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		whole, events := runs(t, 1<<30)
		parts, _ := runs(t, 4)
		if !reflect.DeepEqual(whole, parts) {
			t.Errorf("whole\n%+v\nin parts\n%+v", whole, parts)
		}
		first, last := events[0], events[len(events)-1]
		if first.ETA != 0 || first.Left != 2*12+2*2 || last.Left < 1 || last.ETA < 10*time.Second || last.Last.Took != 10*time.Second {
			t.Errorf("first %+v, last %+v", first, last)
		}
		if g := whole.Gates; len(g) != 2 || g[0].Pass.Share != 1 || g[1].Found.Share != 1 || g[1].Took.Median != 160 {
			t.Errorf("%+v", g)
		}
		if whole.Missing != 0 {
			t.Errorf("%d missing", whole.Missing)
		}
	})
}

// runs carries the plan out, stopped in the middle of every stop-th block.
func runs(t *testing.T, stop int) (*Result, []Event) {
	path := filepath.Join(t.TempDir(), "blocks.jsonl")
	seeds := map[uint64]bool{}
	var events []Event
	for {
		f, err := Open(path, header(policy()))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		r, err := Run(ctx, f, smallPlan(), func(_ context.Context, s Step, seed uint64) (gate.Block, Injected, error) {
			time.Sleep(10 * time.Second) // of the bubble
			if calls++; calls == stop {
				cancel()
			} else if seeds[seed] {
				t.Errorf("seed %d twice", seed)
			} else {
				seeds[seed] = true
			}
			return world{sd: 0.001}.block(seeded(seed), s.Injection, s.N), Injected{}, nil
		}, func(e Event) { events = append(events, e) })
		cancel()
		if closed := f.Close(); closed != nil {
			t.Fatal(closed)
		}
		if err == nil {
			return r, events
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}

func TestRunFails(t *testing.T) {
	f, err := Open(filepath.Join(t.TempDir(), "blocks.jsonl"), header(policy()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	broken := errors.New("the server does not build")
	measure := func(context.Context, Step, uint64) (gate.Block, Injected, error) {
		return gate.Block{}, Injected{}, broken
	}
	if _, err := Run(t.Context(), f, smallPlan(), measure, nil); !errors.Is(err, broken) || !strings.Contains(err.Error(), "nothing (A/A), block 1") {
		t.Error(err)
	}
	p := smallPlan()
	p.Policy.Rules[0].Load = "another"
	if _, err := Run(t.Context(), f, p, measure, nil); err == nil || !strings.Contains(err.Error(), "the plan is for cpu_per_request (another)") {
		t.Error(err)
	}
	p.Wants[0].Blocks = -1
	if _, err := Run(t.Context(), f, p, measure, nil); err == nil || !strings.Contains(err.Error(), "-1 blocks") {
		t.Error(err)
	}
}
