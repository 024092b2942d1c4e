package metric

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// backed is a healthy row with a database that has used so much.
func backed(used time.Duration) *facts {
	f := healthy()
	f.subject.Environment = map[string]string{contract.EnvDatabaseURL: "postgres://127.0.0.1/notify"}
	f.cell.Machine.BackingCPU = &used
	return f
}

// What the database used is of the requests that ended well, whatever else there was.
func TestBackingCPUIsOfGoodRequests(t *testing.T) {
	f := cellOf(true, time.Second, []record.Request{
		at(0, 100*time.Millisecond, record.OutcomeOK), at(0, 100*time.Millisecond, record.OutcomeOK),
		at(0, 100*time.Millisecond, record.OutcomeFailed),
	})
	used := 300 * time.Microsecond
	f.cell.Machine.BackingCPU = &used
	if v := backingCPU.of(f); v != known(150e3) {
		t.Errorf("300 µs over 2 good requests: %+v", v)
	}
}

func TestBackingCPUSaysWhyItIsMissing(t *testing.T) {
	for want, set := range map[string]func(*facts){
		NoBacking: func(f *facts) { f.subject.Environment, f.cell.Machine.BackingCPU = nil, nil },
		"CPU time of the database and the cache was not measured": func(f *facts) { f.cell.Machine.BackingCPU = nil },
		// A part of it is no measure of the whole.
		"REDIS_URL: nobody listens":       func(f *facts) { f.cell.Machine.BackingWhy = "REDIS_URL: nobody listens" },
		trimmedWhy:                        func(f *facts) { f.trimmed = true },
		"no request ended well":           func(f *facts) { f.goodIn = 0 },
		"they have not cost their CPU":    func(f *facts) { f.answeredCPU = f.begunCPU / 2 },
		"their CPU lies outside of it":    func(f *facts) { f.subject = queuer(); fill(f) },
		"more requests began than were a": func(f *facts) { f.answeredCPU = 0 },
	} {
		f := backed(980 * time.Microsecond) // of 1,000 requests the last 20 are answered after the window
		if v := backingCPU.of(f); v != known(1000) {
			t.Fatalf("980 µs of 980 requests: %+v", v)
		}
		set(f)
		if v := backingCPU.of(f); v.OK || !strings.Contains(v.Why, want) {
			t.Errorf("%+v, want %q", v, want)
		}
	}
}

// fill gives a row a queue that grows, and the database that it has.
func fill(f *facts) {
	f.subject.Environment = map[string]string{contract.EnvDatabaseURL: "x"}
	f.cell.Server.Queue = &record.Queue{Looks: 2, Last: 5000}
}

// Where the database could not be found, its work may be what looks like another's.
func TestOthersMayBeTheDatabase(t *testing.T) {
	f := healthy()
	other := 0.4
	f.cell.Machine.Other = &other
	if r := checkOther.run(f); strings.Contains(r.text, "database") {
		t.Errorf("without a database: %s", r.text)
	}
	f.cell.Machine.BackingWhy = "DATABASE_URL: not at a loopback address"
	r := checkOther.run(f)
	if r.level != Invalid || !strings.HasSuffix(r.text, "among them (DATABASE_URL: not at a loopback address)") {
		t.Errorf("%+v", r)
	}
}
