package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Pair is a row of a and its like of b.
type Pair struct {
	Subject string `json:"subject"`
	Load    string `json:"load"`
	// Refused is why its figures are not set against each other, besides what the report
	// says of all; empty: they are.
	Refused     []string     `json:"refused,omitempty"`
	Differences []Difference `json:"differences,omitempty"` // of the two rows: settings, binary
	Notes       []string     `json:"notes,omitempty"`
	Figures     []Figure     `json:"figures,omitempty"` // none where neither was measured
}

// cell is a row with what was configured for it.
type cell struct {
	*metric.Row
	subject  record.Subject
	searched bool // under a load that searches for its rate
}

func (s *side) cell(row *metric.Row) cell {
	c := cell{Row: row}
	if i := slices.IndexFunc(s.run.Subjects, func(x record.Subject) bool { return x.ID == row.Subject }); i >= 0 {
		c.subject = s.run.Subjects[i]
	}
	c.searched = slices.ContainsFunc(s.run.Loads, func(l record.Load) bool {
		return l.Name == row.Load && l.Kind == record.CapacityKind
	})
	return c
}

// Metrics are the IDs of what is compared, as far as a record has them.
func Metrics() []string {
	return []string{metric.Capacity, metric.Achieved, metric.P50, metric.P99, "added_p50", metric.Errors,
		metric.CPUPerRequest, metric.PeakPSS, metric.InFlight}
}

func pairOf(a, b cell, refused bool) Pair {
	p := Pair{Subject: a.Subject, Load: a.Load, Differences: rowDifferences(&a.subject, &b.subject)}
	p.Refused = unlikeRows(a, b)
	for _, id := range Metrics() {
		m, known := metric.ByID(id)
		_, ofA := a.Values[id]
		_, ofB := b.Values[id]
		if !known || !ofA && !ofB {
			continue
		}
		f := Figure{Metric: id, Name: m.Name, Unit: m.Unit, Better: m.Better, A: valueOf(a.Row, id), B: valueOf(b.Row, id),
			Trials: [2]int{len(a.Values[id].Trials), len(b.Values[id].Trials)}}
		if !refused && len(p.Refused) == 0 {
			f.set(a, b)
		}
		p.Figures = append(p.Figures, f)
	}
	p.Notes = notes(&p, a, b)
	return p
}

// valueOf is a figure of a row, or why it has none.
func valueOf(r *metric.Row, id string) metric.Value {
	s, ok := r.Values[id]
	switch {
	case !r.Shown():
		return metric.Value{Why: r.Absence()}
	case !ok:
		return metric.Value{Why: "the record does not have it"}
	}
	return s.Median
}

// unlikeRows says why the two are not to be set against each other.
func unlikeRows(a, b cell) []string {
	bad := func(c cell) bool { return c.State != metric.Measured }
	switch {
	case bad(a) && bad(b) && a.Absence() == b.Absence():
		return []string{"a and b: " + a.Absence()}
	case bad(a) && bad(b):
		return []string{"a: " + a.Absence(), "b: " + b.Absence()}
	case bad(a):
		return []string{"a: " + a.Absence()}
	case bad(b):
		return []string{"b: " + b.Absence()}
	}
	words, _ := metric.OtherWork(&a.Audit, &b.Audit)
	switch {
	case words != "":
		return []string{"unequal work: a and b " + words}
	case a.Unequal == "" && b.Unequal != "":
		return []string{"unequal work: b " + b.Unequal}
	case a.Unequal != "" && b.Unequal == "":
		return []string{"unequal work: a " + a.Unequal}
	}
	return nil
}

// set sets b against a.
func (f *Figure) set(a, b cell) {
	if f.Why = f.unsaid(a, b); f.Why != "" {
		return
	}
	x, y := values(a.Values[f.Metric]), values(b.Values[f.Metric])
	neutral := 1.0
	s, ok := stats.ShiftRatio(x, y, Confidence)
	if !ok {
		neutral = 0
		s, ok = stats.Shift(x, y, Confidence)
	}
	switch {
	case !ok:
		f.Why = "too few trials"
		return
	case neutral == 1:
		f.Ratio = &s
	default:
		f.Shift = &s
	}
	f.Said = f.word(s.Interval, neutral)
}

func (f *Figure) word(i stats.Interval, neutral float64) Word {
	more := i.Lo > neutral
	switch {
	case i.Contains(neutral):
		return NotToldApart
	case f.Better == metric.Neither:
		return map[bool]Word{true: IsMore, false: IsLess}[more]
	}
	return map[bool]Word{true: IsBetter, false: IsWorse}[more == (f.Better == metric.Higher)]
}

// unsaid says why the figures are not to be set against each other; empty: they are.
func (f *Figure) unsaid(a, b cell) string {
	switch {
	case f.Metric != metric.Capacity && (a.searched || b.searched):
		return "at the rate that each held"
	case f.Metric == metric.Achieved && a.ServedAll() && b.ServedAll():
		return "both achieved all that they were asked for: equal by construction"
	}
	for i, c := range []cell{a, b} {
		name, n, of := [...]string{"a", "b"}[i], f.Trials[i], max(c.Valid, f.Trials[i])
		switch v := [...]metric.Value{f.A, f.B}[i]; {
		case v.Unbounded():
			return name + " is larger than could be measured"
		case !v.OK:
			return name + ": " + v.Why
		case c.Values[f.Metric].Pooled:
			return name + " is of the requests of all trials together: one alone has too few"
		case n < stats.MinTrials:
			return fmt.Sprintf("%s has %s with a figure: nothing is said of fewer than %d", name, metric.Count(n, "valid trial"), stats.MinTrials)
		case n < of: // what is missing is missing for a reason
			return fmt.Sprintf("%s has a figure in %d of %s only", name, n, metric.Count(of, "valid trial"))
		}
	}
	return ""
}

func values(s metric.Spread) (list []float64) {
	for _, trial := range slices.Sorted(maps.Keys(s.Trials)) {
		list = append(list, s.Trials[trial])
	}
	return list
}

// notes are the remarks on a pair.
func notes(p *Pair, a, b cell) (list []string) {
	if len(p.Refused) > 0 {
		return nil
	}
	if _, known := metric.OtherWork(&a.Audit, &b.Audit); !known {
		list = append(list, "not known whether their work was equal: "+cmp.Or(a.Audit.Calls.Why, b.Audit.Calls.Why, "no notification was carried"))
	}
	if a.Unequal != "" && b.Unequal != "" {
		list = append(list, "in both it did other work than is asked for, or than the other rows: "+b.Unequal)
	}
	for _, f := range p.Figures {
		apart := f.Said != "" && f.Said != NotToldApart
		if same := a.subject.Binary; apart && same != "" && same == b.subject.Binary && a.subject.Language == "go" {
			list = append(list, "the same binary in both: what is told apart here is the hour or the settings, not the code")
			break
		}
	}
	return append(list, whys(p.Figures)...)
}

// whys say once what is said of several figures.
func whys(figures []Figure) (list []string) {
	names := map[string][]string{}
	var order []string
	for _, f := range figures {
		if f.Why == "" {
			continue
		}
		if names[f.Why] == nil {
			order = append(order, f.Why)
		}
		names[f.Why] = append(names[f.Why], f.Name)
	}
	for _, why := range order {
		list = append(list, strings.Join(names[why], ", ")+": "+why)
	}
	return list
}
