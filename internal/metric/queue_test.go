package metric

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// queuer is a row that queues, with the defaults of the service otherwise.
func queuer(more ...string) *record.Subject {
	s := &record.Subject{Processes: 1, Fanout: contract.FanoutConcurrent, Settings: map[string]string{}}
	for _, c := range contract.Settings() {
		s.Settings[c.Name] = c.Default
	}
	s.Settings["mode"] = contract.ModeQueued
	for i := 0; i+1 < len(more); i += 2 {
		s.Settings[more[i]] = more[i+1]
	}
	return s
}

func TestQueueIsOfRowsThatHaveOne(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	old := 3900 * time.Millisecond
	f.cell.Server.Queue = &record.Queue{Looks: 4, Peak: 812, Oldest: &old}
	for _, m := range []Metric{queueDepth, queueAge} {
		if v := m.of(f); v.OK {
			t.Errorf("%s of a row that does not queue: %+v", m.ID, v)
		}
	}
	f.subject = queuer()
	if v := queueDepth.of(f); v.V != 812 || queueAge.of(f).V != float64(old) {
		t.Errorf("%+v, %+v", v, queueAge.of(f))
	}
	f.cell.Server.Queue.Oldest = nil
	if v := queueAge.of(f); v.OK || v.Why == "" {
		t.Errorf("an age that was not said: %+v", v)
	}
	f.cell.Server.Queue = nil
	if v := queueDepth.of(f); v.OK || v.Why == "" {
		t.Errorf("a queue that was not said: %+v", v)
	}
}

// Of a row that queues both bounds are known only as far as the server says what it
// did at its end.
func TestConservationOfAQueue(t *testing.T) {
	long := strings.Repeat("9", 3) + "h"
	for _, c := range []struct {
		name        string
		subject     *record.Subject
		drain       *record.Drain
		resumed     *record.Resumed
		least, most uint64
	}{
		{"no word of its end", queuer(), nil, nil, 0, 200},
		{"all sent", queuer(), &record.Drain{Drained: 7}, nil, 200, 200},
		{"one after the other", func() *record.Subject { s := queuer(); s.Fanout = contract.FanoutSequential; return s }(),
			&record.Drain{}, nil, 100, 200},
		{"tried again", queuer("attempts", "3"), &record.Drain{}, nil, 200, 600},
		{"dropped", queuer(), &record.Drain{Dropped: 10}, nil, 180, 200},
		{"left", queuer(), &record.Drain{Persisted: 10}, nil, 180, 200},
		{"left and not sent", queuer(), &record.Drain{Persisted: 10}, &record.Resumed{}, 180, 400},
		{"left and sent", queuer(), &record.Drain{Persisted: 10}, &record.Resumed{Empty: true}, 200, 400},
		{"may give up", queuer("breaker", contract.On), &record.Drain{}, nil, 0, 200},
		{"may give up", queuer("rate_limit", "10"), &record.Drain{}, nil, 0, 200},
		{"may expire", queuer("expiry", "1s"), &record.Drain{}, nil, 0, 200},
		{"may not expire", queuer("expiry", long), &record.Drain{}, nil, 200, 200},
	} {
		f := cellOf(true, time.Second, nil)
		f.subject, f.cell.Duration = c.subject, time.Second
		f.run.Scenario.Channels = []string{contract.Email, contract.SMS}
		f.cell.Server.Drain, f.cell.Server.Resumed = c.drain, c.resumed
		f.cell.Generator.Queued, f.cell.Generator.CallsKnown = 100, true
		for seen, want := range map[uint64]uint64{c.least: 0, c.most: 0, c.most + 1: 1} {
			f.cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: seen}}
			if got := f.unaccounted(); got != want {
				t.Errorf("%s: %d seen, %d unaccounted for, want %d", c.name, seen, got, want)
			}
		}
		if c.least > 0 {
			f.cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: c.least - 1}}
			if levelOf(checkConservation, f) != Invalid {
				t.Errorf("%s: %d calls pass", c.name, c.least-1)
			}
		}
	}
}

// An accepted answer waits for no provider: it is never too early, and of a request
// that was not accepted nothing is owed.
func TestQueuedAnswersWaitForNobody(t *testing.T) {
	l := &ledgered{ledger: &record.Ledger{}}
	l.run.Scenario.Channels = []string{contract.Email}
	l.run.Scenario.Providers = map[string]record.Provider{contract.Email: {Latency: "200ms"}}
	for k := range uint64(20) {
		q := record.Request{K: k, Outcome: record.OutcomeQueued, Latency: time.Millisecond}
		if k >= 10 {
			q.Outcome = record.OutcomeShed
		}
		if k < 7 {
			l.accept(t, contract.Email, k, 1)
		}
		l.requests = append(l.requests, q)
	}
	cell := &record.Cell{Generator: record.Generator{Window: time.Second, Sent: 20}}
	f, err := gather(l, cell, &record.Load{Open: true}, queuer())
	if err != nil {
		t.Fatal(err)
	}
	if delivered.of(f).V != 7 || lost.of(f).V != 3 {
		t.Errorf("%+v delivered, %+v lost", delivered.of(f), lost.of(f))
	}
	if f.early != 0 || levelOf(checkPath, f) != OK {
		t.Errorf("%d early: %+v", f.early, checkPath.run(f))
	}
	if d := f.dissected(); d.all.planned != 0 || d.why != "" {
		t.Errorf("planned %d: %s", d.all.planned, d.why)
	}
	cell.Server.Drain = &record.Drain{Persisted: 2} // they wait
	if lost.of(f).V != 1 || delivered.of(f).V != 7 {
		t.Errorf("%+v delivered, %+v lost of some that wait", delivered.of(f), lost.of(f))
	}
	if f, err = gather(l, cell, &record.Load{Open: true}, &record.Subject{}); err != nil || lost.of(f).V != 11 {
		t.Errorf("of a row that does not queue %+v lost, %v", lost.of(f), err)
	}
}

func TestCPUOfAGrowingQueueIsNotKnown(t *testing.T) {
	var requests []record.Request
	for i := range 100 {
		requests = append(requests, at(time.Duration(i)*10*time.Millisecond, time.Millisecond, record.OutcomeQueued))
	}
	f := cellOf(true, time.Second, requests)
	took := time.Second
	f.subject, f.cell.Server.CPUWindow = queuer(), &took
	for _, c := range []struct {
		first, last uint64
		want        bool
	}{{0, 10, true}, {50, 60, true}, {0, 30, false}, {60, 10, false}} {
		f.cell.Server.Queue = &record.Queue{Looks: 4, First: c.first, Last: c.last}
		if v := cpuPerRequest.of(f); v.OK != c.want {
			t.Errorf("from %d to %d: %+v", c.first, c.last, v)
		}
	}
}

func TestQueueInWords(t *testing.T) {
	old, older := time.Second, 3900*time.Millisecond
	run := &record.Run{Cells: []record.Cell{
		{Server: record.Server{Queue: &record.Queue{Looks: 1, Peak: 812, Oldest: &old}}},
		{Server: record.Server{Queue: &record.Queue{Looks: 1, Peak: 7, Oldest: &older},
			Drain: &record.Drain{Drained: 5, Persisted: 40}, Resumed: &record.Resumed{Empty: true}}},
		{Server: record.Server{Drain: &record.Drain{Persisted: 3, Dropped: 1}, Resumed: &record.Resumed{}}},
		{Server: record.Server{Drain: &record.Drain{Drained: 5}}},
	}}
	words := func(cells ...int) string {
		var shown []*measured
		for _, i := range cells {
			shown = append(shown, &measured{Cell: Cell{Index: i}})
		}
		return queueNote(run, shown)
	}
	for want, cells := range map[string][]int{
		"queue: peak 812 waiting, oldest 3.900 s; persisted 40 notifications at its end, all sent when the server was started again": {0, 1},
		"queue: persisted 3 notifications at its end, 3 of them not sent when it was started again: they wait, " +
			"and are none of its lost ones; dropped 1 notification at its end": {2, 3},
		"": {3},
	} {
		if got := words(cells...); got != want {
			t.Errorf("%v:\n got %q\nwant %q", cells, got, want)
		}
	}
}
