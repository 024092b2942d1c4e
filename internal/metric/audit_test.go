package metric_test

import (
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

// cheating has the cheapest row of the fixture skip the SMS call, and say how many
// calls it made: nothing else is wrong with its cells.
func cheating(trials int) *metrictest.Memory {
	m := metrictest.Fixture(trials)
	for i := range m.Record.Cells {
		if c := &m.Record.Cells[i]; c.Subject == "fasthttp" && c.Status == record.StatusOK {
			c.Generator.Calls /= 2
			sms := c.Providers.Providers[contract.SMS]
			sms.Calls, sms.Accepted, sms.BytesIn = 0, 0, 0
			c.Providers.Providers[contract.SMS] = sms
			m.Taken[i] = m.Taken[i][:1]
		}
	}
	return m
}

func TestARowThatSavesACallIsNotRanked(t *testing.T) {
	s := summarize(t, cheating(6))
	r := row(t, s, "r300", "fasthttp")
	want := "made 1.00 calls per notification where the scenario asks for 2.00: no sms call"
	if r.State != metric.Measured || r.Valid != 6 || r.Unequal != want || r.CPURatio != nil {
		t.Errorf("%s, %d valid, %q, ratio %v: %q", r.State, r.Valid, r.Unequal, r.CPURatio, r.Why)
	}
	ranking, _ := s.Ranking("r300")
	if !strings.Contains(strings.Join(ranking.Basis, "\n"), "not ranked for unequal work: 1 row") {
		t.Errorf("basis %q", ranking.Basis)
	}
	ranked := 0
	for i, p := range ranking.Places {
		if p.Rank > 0 {
			ranked = i + 1
		}
		if p.Subject == "fasthttp" && (p.Rank != 0 || p.Reason != "not ranked: "+want || i < ranked) {
			t.Errorf("place %d: %+v", i, p)
		}
	}
	if base := row(t, s, "r300", "goroutine").CPUBase; ranked == 0 || base == "fasthttp" || base == "" {
		t.Errorf("%d ranked, costs compared with those of %q", ranked, base)
	}
}

// What a healthy row made is its fan-out, whatever the warm-up, what was cut off at
// the end, and how many its server never got to.
func TestHealthyRowsReadTheirFanOut(t *testing.T) {
	s := summarize(t, metrictest.Fixture(2))
	for _, r := range s.Rows {
		a := r.Audit
		switch {
		case r.Unequal != "":
			t.Errorf("%s under %s: %s", r.Subject, r.Load, r.Unequal)
		case a.Notifications == 0 && r.Shown():
			if a.Calls.OK || a.Calls.Why == "" || !a.Connections.OK || !a.Generator.OK {
				t.Errorf("%s under %s: %+v", r.Subject, r.Load, a)
			}
		case r.Shown() && r.Subject != "fasthttp": // whose fixture has a call lost and one doubled
			if a.Calls.V != 2 || a.Due != 2 || a.Retries.V != 0 || a.Bytes.V != 96 || a.InFlight.V != 110 || len(a.Providers) != 2 {
				t.Errorf("%s under %s: %+v", r.Subject, r.Load, a)
			}
		}
	}
	// 2 trials × 2 providers × 112, and 6 s and the warm-up at 300/s
	a := row(t, s, "r300", "goroutine").Audit
	if a.Connections.V != 448 || a.Generator.V != 208 || a.PerThousand.V < 105 || a.PerThousand.V > 108 {
		t.Errorf("%+v", a)
	}
}
