package metric

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

const recoveryWindow = 10 * time.Second

// recoveringCell is a load that changed for the last time at a time, under an SLO of 100 ms.
func recoveringCell(change time.Duration, requests []record.Request) *facts {
	f := cellOf(true, recoveryWindow, nil)
	f.run.Scenario.SLO = &record.SLO{P99: 100 * time.Millisecond}
	f.load.Changing, f.load.LastChange = true, change
	f.recovering = newRecovering(f.run, f.load, recoveryWindow)
	for i := range requests {
		f.add(&requests[i])
	}
	return f
}

// Recovery is the end of the last late request that fell due after the change,
// whatever the order in which they are read; what fell due before it does not count.
func TestRecoveryIsTheLastLateEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		change := time.Duration(rapid.Int64Range(1, int64(recoveryWindow)-1).Draw(t, "change"))
		last, open := change, false
		var requests []record.Request
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			due := time.Duration(rapid.Int64Range(0, int64(recoveryWindow)-1).Draw(t, "due"))
			lag := time.Duration(rapid.Int64Range(0, int64(200*time.Millisecond)).Draw(t, "lag"))
			service := time.Duration(rapid.Int64Range(1, int64(2*time.Second)).Draw(t, "service"))
			q := at(due+lag, service, rapid.SampledFrom(record.Outcomes()).Draw(t, "outcome"))
			q.Lag = lag
			requests = append(requests, q)
			if due >= change && (lag+service > 100*time.Millisecond || !q.Outcome.Good()) {
				last, open = max(last, due+lag+service), open || due+lag+service >= recoveryWindow
			}
		}
		v := recovery.of(recoveringCell(change, requests))
		switch {
		case open != v.Unbounded() || open == v.OK:
			t.Fatalf("open is %v: %+v", open, v)
		case open && v.Beyond != float64(recoveryWindow-change):
			t.Fatalf("open for %v after the change: %+v", recoveryWindow-change, v)
		case !open && v.V != float64(last-change):
			t.Fatalf("%v, want %v", time.Duration(v.V), last-change)
		}
	})
}

func TestRecoveryIsAbsentWhereNothingChanges(t *testing.T) {
	for name, spoil := range map[string]func(*facts){
		"steady":    func(f *facts) { f.load.Changing = false },
		"unknown":   func(f *facts) { f.load.LastChange = 0 },
		"too late":  func(f *facts) { f.run.Events = []record.Event{{At: recoveryWindow}} },
		"no SLO":    func(f *facts) { f.run.Scenario.SLO = nil },
		"no p99":    func(f *facts) { f.run.Scenario.SLO.P99 = 0 },
		"no window": func(f *facts) { f.cell.Generator.Window = 0 },
	} {
		f := recoveringCell(time.Second, nil)
		spoil(f)
		f.recovering = newRecovering(f.run, f.load, recoveryWindow)
		if v := recovery.of(f); v.OK || v.Unbounded() || v.Why == "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestPartialIsAShareOfWhatWasDue(t *testing.T) {
	requests := []record.Request{at(0, 1, record.OutcomePartial), at(0, 1, record.OutcomeOK), at(0, 1, record.OutcomeShed)}
	f := cellOf(true, time.Second, requests)
	f.cell.Generator.Unsent = 1
	if v := partial.of(f); !v.OK || v.V != 0.25 {
		t.Errorf("one of four due: %+v", v)
	}
	late := append(requests, at(0, 2*time.Second, record.OutcomePartial))
	if v := partial.of(cellOf(false, time.Second, late)); !v.OK || v.V != 1.0/3 {
		t.Errorf("one of the three that ended in a closed window: %+v", v)
	}
}

func TestProviderInFlightIsOfTheBusiest(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {InFlightPeak: 10}, contract.SMS: {InFlightPeak: 7}}
	if v := providerInFlight.of(f); !v.OK || v.V != 10 {
		t.Errorf("%+v", v)
	}
}
