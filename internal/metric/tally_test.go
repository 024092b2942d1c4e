package metric

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// outages is a cell of 100 requests, of which the providers refuse 20 calls at the
// end of the window and none in the warm-up of 50; each is made so often at most.
func outages(t *testing.T, attempts string, accepted, calls uint64) Audit {
	l := &ledgered{ledger: &record.Ledger{}}
	l.run.Scenario.Channels = []string{contract.Email}
	l.run.Scenario.Providers = map[string]record.Provider{contract.Email: {Latency: "1ms"}}
	for k := range uint64(100) {
		q := record.Request{K: 50 + k, Outcome: record.OutcomeOK}
		if k >= accepted {
			q.Outcome = record.OutcomeFailed
		} else {
			l.accept(t, contract.Email, q.K, 1)
		}
		l.requests = append(l.requests, q)
	}
	good := uint64(50)
	cell := record.Cell{Generator: record.Generator{Window: time.Second, Sent: 100, WarmupSent: 50, WarmupGood: &good}}
	cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: calls, Accepted: 50 + accepted}}
	f, err := gather(l, &cell, &record.Load{}, &record.Subject{Settings: map[string]string{"attempts": attempts}})
	if err != nil {
		t.Fatal(err)
	}
	work := f.tally()
	return auditOf([]*measured{{tally: work}})
}

func TestFailedCallsAreThoseOfTheWindow(t *testing.T) {
	if a := outages(t, "1", 80, 150); a.Calls.V != 1 || a.Retries.V != 0 || a.Notifications != 80 {
		t.Errorf("without retries: %+v", a)
	}
	// Where each is tried again nobody knows whether some of them were the warm-up's.
	a := outages(t, "2", 100, 170)
	if a.Calls.V < 1.13 || a.Calls.V > 1.14 || a.Calls.V-1 != a.Retries.V {
		t.Errorf("with retries: %+v", a)
	}
	if _, least, most := a.tally.calls(&a.tally.channels[0]); least > a.Calls.V || most != 1.2 {
		t.Errorf("between %v and %v", least, most)
	}
}

// The slices of a trial count their connections since its start, the trials each their own.
func TestConnectionsOfSlices(t *testing.T) {
	var cells []*measured
	for trial := 1; trial <= 2; trial++ {
		for slice := 1; slice <= 3; slice++ {
			cells = append(cells, &measured{Cell: Cell{Trial: trial, Slice: slice}, tally: tally{carried: 10, sent: 10, generator: 1,
				channels: []channelTally{{name: contract.Email, due: 1, accepted: 10, received: 10, connections: uint64(3 + slice), peak: int64(slice)}}}})
		}
	}
	a := auditOf(cells)
	if a.Connections.V != 12 || a.Generator.V != 6 || a.InFlight.V != 3 || a.Calls.V != 1 || a.Notifications != 60 || a.PerThousand.V != 200 {
		t.Errorf("%+v", a)
	}
	if a.Bytes.OK {
		t.Errorf("bytes that nobody counted are %v", a.Bytes.V)
	}
	if cells[0].tally.channels[0].accepted != 10 {
		t.Error("a cell's own books were changed")
	}
}

// Of a row that queues it counts what was sent, and not what was left.
func TestQueuedRowsCountByWhatWasSent(t *testing.T) {
	l := &ledgered{ledger: &record.Ledger{}}
	l.run.Scenario.Channels = []string{contract.Email, contract.SMS}
	l.run.Scenario.Providers = map[string]record.Provider{contract.Email: {Latency: "1ms"}, contract.SMS: {Latency: "1ms"}}
	for k := range uint64(20) {
		l.requests = append(l.requests, record.Request{K: k, Outcome: record.OutcomeQueued})
		if k < 10 {
			l.accept(t, contract.Email, k, 1)
		}
		if k < 9 { // the tenth was under way when the server ended
			l.accept(t, contract.SMS, k, 1)
		}
	}
	cell := record.Cell{Generator: record.Generator{Window: time.Second, Sent: 20}}
	cell.Server.Drain = &record.Drain{Dropped: 10}
	cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: 10, Accepted: 10}, contract.SMS: {Calls: 9, Accepted: 9}}
	subject := &record.Subject{Settings: map[string]string{"mode": contract.ModeQueued}}
	f, err := gather(l, &cell, &record.Load{}, subject)
	if err != nil {
		t.Fatal(err)
	}
	a := auditOf([]*measured{{tally: f.tally()}})
	if a.Notifications != 10 || a.Calls.V != 1.9 || a.wrongCalls() != "" {
		t.Errorf("%+v: %q", a, a.wrongCalls())
	}
	cell.Server.Drain.Dropped = 0 // then it has left out a call
	a = auditOf([]*measured{{tally: f.tally()}})
	if a.wrongCalls() == "" {
		t.Error("a missing call is not said")
	}
}
