package metric_test

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

// A row of one trial cut into slices has, of everything that a gate goes by, the one value
// of that trial: percentiles of all its requests, the highest of its peaks.
func TestOneTrialOfSlices(t *testing.T) {
	loads := []record.Load{
		{Name: "open", Kind: "rate", Spec: "300/s", Open: true, Rate: 300},
		{Name: "full", Kind: "closed", Spec: "{closed: {connections: 64}}", Connections: 64},
	}
	servers := metrictest.Servers()[:2]
	m := metrictest.New(1, loads, servers)
	for l := range loads {
		for slice := 1; slice <= 2; slice++ {
			for s := range servers {
				c := m.Add(&servers[s], &m.Record.Loads[l], 1)
				c.Slice = slice
			}
		}
	}
	s := summarize(t, m)
	for _, subject := range servers {
		for _, load := range loads {
			r := row(t, s, load.Name, subject.Subject.ID)
			if r.Trials != 1 || r.State != metric.Measured {
				t.Fatalf("%s under %s: %s, %d trials: %s", r.Subject, load.Name, r.State, r.Trials, r.Why)
			}
			value := func(id string) float64 {
				v, ok := r.Values[id].Trials[1]
				if !ok || v != r.Values[id].Median.V {
					t.Errorf("%s of %s under %s: %+v", id, r.Subject, load.Name, r.Values[id])
				}
				return v
			}
			for _, id := range []string{metric.CPUPerRequest, metric.Achieved, metric.P95} {
				value(id)
			}
			// The planned path is the 200 ms of email.
			const path = float64(200 * time.Millisecond)
			for added, of := range map[string]string{
				metric.AddedP50: metric.P50, metric.AddedP95: metric.P95, metric.AddedP99: metric.P99,
			} {
				if got, want := value(added), value(of)-path; got != want {
					t.Errorf("%s of %s under %s is %v, want %v", added, r.Subject, load.Name, got, want)
				}
			}
			highest := 0.0
			for _, c := range s.Cells {
				if c.Subject == r.Subject && c.Load == load.Name {
					highest = max(highest, c.Values[metric.PeakPSS].V)
				}
			}
			if got := value(metric.PeakPSS); got != highest || got == 0 {
				t.Errorf("peak of %s under %s: %v, the highest of its slices %v", r.Subject, load.Name, got, highest)
			}
		}
	}
}
