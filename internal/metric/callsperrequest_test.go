package metric

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

func TestCallsPerRequest(t *testing.T) {
	f := cellOf(true, time.Second, []record.Request{
		at(0, 1, record.OutcomeOK), at(0, 1, record.OutcomeQueued), at(0, 1, record.OutcomePartial), at(0, 1, record.OutcomeShed),
	})
	f.cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: 4}, contract.SMS: {Calls: 5}}
	if v := callsPerRequest.of(f); v.OK || v.Why == "" {
		t.Errorf("of an unknown warm-up: %+v", v)
	}
	good := uint64(4)
	f.cell.Generator.WarmupGood = &good
	if v := callsPerRequest.of(f); v.V != 1.5 {
		t.Errorf("%+v, want 9 calls of 6 good requests", v)
	}
	f.cell.Generator.Outcomes, good = nil, 0
	if v := callsPerRequest.of(f); v.OK || v.Why == "" {
		t.Errorf("of no good request: %+v", v)
	}
}

func TestDeliveriesOfARow(t *testing.T) {
	run := &record.Run{Cells: []record.Cell{{}, {Server: record.Server{Drain: &record.Drain{Persisted: 3}}}, {}}}
	cell := func(index int, ok bool) *measured {
		m := &measured{Cell: Cell{Index: index, Values: map[string]Value{}}}
		for n, metric := range []Metric{delivered, lost, duplicated, falselyReported} {
			m.Values[metric.ID] = Value{V: float64(10*index + n), OK: ok}
		}
		return m
	}
	got := deliveriesOf(run, []*measured{cell(0, true), cell(1, true), cell(2, false)})
	want := Deliveries{Cells: 2, Delivered: 10, Lost: 12, Duplicated: 14, FalselyReported: 16, Waiting: 3}
	if got != want || !got.Wrong() {
		t.Errorf("%+v, want %+v", got, want)
	}
	if d := deliveriesOf(run, nil); d != (Deliveries{}) || d.Wrong() {
		t.Errorf("of nothing %+v", d)
	}
}
