package migrate

import (
	"fmt"
	"math"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Tolerance is how far a measured case may lie from its prediction.
const Tolerance = 0.15

// Check is a measured case and what the extrapolation predicted of it.
type Check struct {
	record.Prediction
	Why   string    `json:"why,omitempty"` // why it could not be made
	Parts []Outcome `json:"parts,omitempty"`
	Notes []string  `json:"notes,omitempty"` // what it rests on, and what it leaves out
}

// Outcome is one figure of a check.
type Outcome struct {
	Name      string  `json:"name"` // of the metric
	Unit      Unit    `json:"unit"`
	Predicted Figure  `json:"predicted"`
	Measured  float64 `json:"measured"` // median of the trials
	Off       float64 `json:"off"`      // measured / predicted − 1
	Within    bool    `json:"within"`   // of Tolerance
	// WithinOwn says that the measured lies within the prediction's own interval.
	WithinOwn bool `json:"within_own_interval"`
}

// Met says that the prediction came true.
func (o *Outcome) Met() bool { return o.Within || o.WithinOwn }

// Failed says that the prediction was made and did not come true.
func (c *Check) Failed() bool {
	for i := range c.Parts {
		if !c.Parts[i].Met() {
			return true
		}
	}
	return false
}

// check predicts a case. Rows of one run share the server's cores, so the cost of a
// notification is that at the rate of all processes together; memory is that of so
// many times the processes, the requests in flight spread over them, on one machine.
func check(run *record.Run, s *metric.Summary, p record.Prediction) Check {
	c := Check{Prediction: p}
	from, subject := subjectOf(run, p.From), subjectOf(run, p.Row)
	if from == nil || subject == nil {
		c.Why = "not part of this run"
		return c
	}
	row, ok := rowOf(s, p.Row, p.Load)
	if !ok {
		c.Why = fmt.Sprintf("%s is not measured under %s", p.Row, p.Load)
		return c
	}
	measured, fault := pointOf(row)
	if fault != "" {
		c.Why = p.Row + ": " + fault
		return c
	}
	m, why := modelOf(run, s, from, p.At)
	if m == nil {
		c.Why = p.From + ": " + why
		return c
	}
	times := float64(max(1, subject.Processes)) / float64(max(1, from.Processes))
	c.Parts = []Outcome{
		outcome(metric.CPUPerRequest, Seconds, m.cost.figure(measured.rate), measured.cost.V),
		outcome(metric.PeakPSS, Bytes, m.memoryOf(times, measured.flight), measured.peak.V),
	}
	of, _ := treeOf(run, s, subject.ID)
	c.Notes = m.sharing(times, of)
	return c
}

func outcome(id string, u Unit, predicted Figure, measured float64) Outcome {
	m, _ := metric.ByID(id)
	off := measured/predicted.V - 1
	return Outcome{Name: m.Name, Unit: u, Predicted: predicted, Measured: measured, Off: off,
		Within:    math.Abs(off) <= Tolerance,
		WithinOwn: predicted.Interval != nil && predicted.Interval.Contains(measured)}
}

func subjectOf(run *record.Run, id string) *record.Subject {
	for i := range run.Subjects {
		if run.Subjects[i].ID == id {
			return &run.Subjects[i]
		}
	}
	return nil
}
