package metric

import (
	"testing"

	"github.com/notifybench/notifybench/internal/record"
)

// Where requests call no provider there is nothing to account for, and nothing may be reported.
func TestRequestsThatCallNoProvider(t *testing.T) {
	f := &facts{run: &record.Run{}, cell: &record.Cell{}, load: &record.Load{}, subject: &record.Subject{}}
	if r := checkConservation.run(f); r.level != OK {
		t.Errorf("%+v", r)
	}
	for _, m := range []Metric{callsPerRequest, callsUnaccounted} {
		if v := m.of(f); v.OK || v.Why != "the requests call no provider" {
			t.Errorf("%s is %+v", m.ID, v)
		}
	}
	f.cell.Generator.Calls = 3
	if r := checkConservation.run(f); r.level != Invalid || r.text != "answers reported 3 calls, and no request calls a provider" {
		t.Errorf("%+v", r)
	}
}
