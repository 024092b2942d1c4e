package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// slowProviders have a call in flight for a few questions, and calls that still
// come for a few more.
type slowProviders struct {
	calls, coming, refusals int
	seeds                   []uint64
}

func (p *slowProviders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen := contract.MockStats{Providers: map[string]contract.ProviderStats{"email": {Calls: uint64(p.calls)}}}
	if p.coming > 0 {
		p.coming--
		p.calls++
	}
	if r.Method == http.MethodPut {
		var in contract.MockReset
		if json.NewDecoder(r.Body).Decode(&in) != nil || r.URL.Path != "/reset" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if p.refusals > 0 {
			p.refusals--
			w.WriteHeader(http.StatusConflict)
			return
		}
		p.seeds = append(p.seeds, in.Seed)
	}
	_ = json.NewEncoder(w).Encode(seen) // the caller's test notices
}

// The providers forget when their calls have ended; where a server may still make
// calls for requests that were given up, when it has stopped.
func TestForgetWaitsForTheLastCall(t *testing.T) {
	for _, more := range []bool{false, true} {
		t.Run(fmt.Sprint("more to come ", more), func(t *testing.T) {
			slow := &slowProviders{calls: 40, refusals: 3}
			if more {
				slow.coming = 2
			}
			server := httptest.NewServer(slow)
			defer server.Close()
			p := &providers{ready: contract.MockReady{Control: server.URL}}
			seen, err := p.forget(t.Context(), 7, more, filepath.Join(t.TempDir(), record.LedgerFile))
			if err != nil || len(slow.seeds) != 1 || slow.seeds[0] != 7 {
				t.Fatalf("%v, seeds %v", err, slow.seeds)
			}
			if seen.Calls() != uint64(slow.calls) || more && seen.Calls() != 42 {
				t.Errorf("%d calls seen of %d", seen.Calls(), slow.calls)
			}
		})
	}
}

func TestForgetStopsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	slow := &slowProviders{refusals: 1 << 30}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slow.ServeHTTP(w, r)
		if r.Method == http.MethodPut {
			cancel()
		}
	}))
	defer server.Close()
	p := &providers{ready: contract.MockReady{Control: server.URL}}
	if _, err := p.forget(ctx, 1, false, filepath.Join(t.TempDir(), record.LedgerFile)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Every slice of a row is followed by the next of the same row, whatever lies between.
func TestSlicesOfARowFollowEachOther(t *testing.T) {
	cells := []record.Cell{{Subject: "a", Slice: 1}, {Subject: "b", Slice: 1}, {Subject: "a", Slice: 2}}
	row := &resident{cells: []*record.Cell{&cells[0], &cells[2]}}
	if next := row.after(&cells[0]); next != &cells[2] {
		t.Errorf("%+v", next)
	}
	if next := row.after(&cells[2]); next != nil {
		t.Errorf("after the last comes %+v", next)
	}
}

// In a block of several loads a slice is named with its load, and a row goes on from the
// last slice of one to the first of the next.
func TestSlicesOfSeveralLoads(t *testing.T) {
	cells := []record.Cell{{Subject: "a", Load: "z", Slice: 2}, {Subject: "a", Load: "c", Slice: 1}}
	row := &resident{cells: []*record.Cell{&cells[0], &cells[1]}}
	if next := row.after(&cells[0]); next != &cells[1] {
		t.Errorf("%+v", next)
	}
	sc := &scenario.Scenario{}
	b := &block{r: &runner{plan: &plan.Plan{Scenario: sc}}}
	apart := b.place(&cells[1])
	sc.Slices.Together = true
	if together := b.place(&cells[1]); apart != "1" || together != "1 of c" {
		t.Errorf("%q and %q", apart, together)
	}
}
