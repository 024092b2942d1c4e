package metric

import (
	"fmt"
	"math"
	"slices"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// State is what became of a row.
type State string

// The states.
const (
	Measured    State = "measured"
	AllInvalid  State = "invalid" // measured, but not to be believed
	Failed      State = "failed"
	Missing     State = "missing"      // not installed, or did not build
	NotMeasured State = "not measured" // the run did not get there
	Overloaded  State = "overloaded"   // at the lowest rate of a capacity search
)

// Row is a subject under a load, over its trials.
type Row struct {
	Subject    string            `json:"subject"`
	Load       string            `json:"load"`
	Processes  int               `json:"processes"`
	State      State             `json:"state"`
	Why        string            `json:"why,omitempty"`      // unless measured
	LogTail    string            `json:"log_tail,omitempty"` // of a row that failed
	Trials     int               `json:"trials"`             // measured
	Valid      int               `json:"valid"`              // of these
	Notes      []string          `json:"notes,omitempty"`    // what flags it, which trials are left out
	Values     map[string]Spread `json:"values,omitempty"`   // by metric ID, over the valid trials
	Curve      Curve             `json:"curve"`              // of the pooled requests of the valid trials
	Anatomy    Anatomy           `json:"anatomy"`            // of the answered requests of the valid trials
	Bound      Bound             `json:"bound"`
	Deliveries Deliveries        `json:"deliveries"`
	Audit      Audit             `json:"audit"`
	// Unequal says in words how its work differs from that of the other rows, or from
	// what the scenario asks for; empty: it does not, as far as is known.
	Unequal string `json:"unequal,omitempty"`
	// Capacity is what the searches of a capacity load found.
	Capacity *Bracket `json:"capacity,omitempty"`
	// CPURatio is CPU per request against the cheapest row of the load, by trials.
	CPURatio *stats.Ratio `json:"cpu_ratio,omitempty"`
	CPUBase  string       `json:"cpu_base,omitempty"` // the cheapest row
	// ThroughputOf is whose throughput it is, where not the server's.
	ThroughputOf string `json:"throughput_of,omitempty"`
}

// Shown says whether the row has numbers.
func (r *Row) Shown() bool { return r.State == Measured || r.State == AllInvalid }

// Absence says in words why the row has no numbers, or none to believe.
func (r *Row) Absence() string {
	if r.State == Missing { // says so itself: "not installed: …"
		return r.Why
	}
	return string(r.State) + ": " + r.Why
}

// Format prints the median of a metric.
func (r *Row) Format(m Metric) string {
	s, ok := r.Values[m.ID]
	if !ok {
		return NotAvailable
	}
	return s.Median.Format(m.Unit)
}

func summarizeRow(run *record.Run, subject *record.Subject, load *record.Load, cells []measured) Row {
	row := Row{Subject: subject.ID, Load: load.Name, Processes: max(subject.Processes, 1)}
	var valid, all []*measured
	for i := range cells {
		c := &cells[i]
		if c.Subject != subject.ID || c.Load != load.Name || c.Status != record.StatusOK {
			continue
		}
		all = append(all, c)
		if c.Verdict.Level != Invalid {
			valid = append(valid, c)
		}
	}
	row.Trials, row.Valid = len(trialsOf(all)), len(trialsOf(valid))
	switch {
	case len(valid) > 0:
		row.State = Measured
	case len(all) > 0:
		row.State, valid = AllInvalid, all
		row.Why = summarizeReasons(all, Invalid)
	default:
		explainAbsence(&row, run, subject)
		return row
	}
	row.fill(trialsOf(valid))
	row.Audit = auditOf(valid)
	row.note(run, all, valid)
	return row
}

func (r *Row) fill(cells []*measured) {
	r.Values = map[string]Spread{}
	for _, m := range All() {
		r.Values[m.ID] = spreadOf(m.ID, cells)
	}
	r.pool(cells)
	var parts []*dissection
	for _, c := range cells {
		parts = append(parts, c.anatomy...)
	}
	r.Anatomy = anatomyOf(parts...)
	r.Bound = commonBound(cells)
	for _, c := range cells {
		for _, f := range c.Verdict.Findings {
			if f.Throughput {
				r.ThroughputOf = "generator and providers"
			}
		}
	}
}

// spreadOf takes the median over trials. A value larger than could be measured
// counts as larger than any other; one that is missing is left out.
func spreadOf(id string, cells []*measured) Spread {
	s := Spread{Trials: map[int]float64{}}
	var ordered []float64
	var over []Value
	for _, c := range cells {
		switch v := c.Values[id]; {
		case v.OK:
			s.Trials[c.Trial] = v.V
			ordered = append(ordered, v.V)
			if by := c.slices[id]; by != nil {
				if s.Slices == nil {
					s.Slices = map[int]map[int]float64{}
				}
				s.Slices[c.Trial] = by
			}
		case v.Unbounded():
			ordered = append(ordered, math.Inf(1))
			over = append(over, v)
		default:
			s.Median.Why = v.Why
		}
	}
	median, ok := stats.Median(ordered)
	switch {
	case !ok:
		return s
	case math.IsInf(median, 1):
		slices.SortFunc(over, func(a, b Value) int { return compare(a.V, b.V) })
		s.Median = over[len(over)/2]
		return s
	}
	s.Median = known(median)
	if i, enough := stats.MinMax(ordered); enough && !math.IsInf(i.Hi, 1) {
		s.Interval = &i
	}
	return s
}

// commonBound is the kind that binds most trials, in the words of the trial whose
// achieved rate is the median of theirs.
func commonBound(cells []*measured) Bound {
	kinds := map[string][]*measured{}
	best := ""
	for _, c := range cells {
		kind := c.Bound.Kind
		kinds[kind] = append(kinds[kind], c)
		if len(kinds[kind]) > len(kinds[best]) {
			best = kind
		}
	}
	common := kinds[best]
	slices.SortStableFunc(common, func(a, b *measured) int {
		return compare(a.Values[Achieved].V, b.Values[Achieved].V)
	})
	return common[len(common)/2].Bound
}

func (r *Row) note(run *record.Run, all, shown []*measured) {
	if left := len(all) - len(shown); left > 0 && r.State == Measured {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %s left out as invalid: %s",
			left, Count(len(all), cellWord(all)), summarizeReasons(invalidOf(all), Invalid)))
	}
	for _, level := range []Level{Flagged, Unchecked} {
		if reasons := summarizeReasons(shown, level); reasons != "" {
			r.Notes = append(r.Notes, levelWords(level)+reasons)
		}
	}
	r.Deliveries = deliveriesOf(run, shown)
	if text := queueNote(run, shown); text != "" {
		r.Notes = append(r.Notes, text)
	}
	trial := 0 // of the last failure: the slices after it failed with it
	for i := range run.Cells {
		c := &run.Cells[i]
		if c.Subject != r.Subject || c.Load != r.Load || c.Status != record.StatusFailed || c.Trial == trial {
			continue
		}
		if c.Slice > 0 {
			trial = c.Trial
		}
		r.Notes = append(r.Notes, place(c.Trial, c.Slice)+" failed: "+c.Error)
	}
	if share := refusals(run, r); share > 0.01 {
		r.Notes = append(r.Notes, fmt.Sprintf("latencies include answers that were not good: %s of all",
			percent(share)))
	}
}
