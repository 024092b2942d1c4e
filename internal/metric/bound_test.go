package metric

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// A load that rises meets the workers' ceiling only late: the row is bound by it
// all the same.
func TestRisingLoadIsBoundWhereItEnds(t *testing.T) {
	var requests []record.Request
	for i := range 10 { // 10 req/s at first, then 30
		requests = append(requests, at(time.Duration(i)*100*time.Millisecond, time.Millisecond, record.OutcomeOK))
	}
	for i := range 30 {
		requests = append(requests, at(time.Second+time.Duration(i)*time.Second/30, time.Millisecond, record.OutcomeOK))
	}
	f := cellOf(true, 2*time.Second, requests)
	f.cell.Ceilings = []record.Ceiling{{Kind: "workers", Rate: 30, Why: "3 workers / 100ms = 30.0 req/s"}}
	if _, why, ok := workersBound.find(f); ok {
		t.Errorf("a steady load of 20 req/s is at a ceiling of 30: %s", why)
	}
	f.load.Changing = true
	if _, why, ok := workersBound.find(f); !ok || why != "3 workers / 100ms = 30.0 req/s (met in the second half: 30.0)" {
		t.Errorf("%v %q", ok, why)
	}
}
