package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// model is what is known of a row: what one instance, the process tree as it was
// measured, can carry, and what it takes for it.
type model struct {
	subject *record.Subject
	cores   float64 // that an instance can use
	limit   limit   // of what it holds at once
	path    float64 // seconds that a notification waits for its providers, on average
	cost    curve   // CPU seconds per notification, by notifications per second
	memory  curve   // bytes, by notifications in flight
	tree    tree    // of processes, before any load
	notes   []string
}

// limit is a ceiling of one instance, whatever its cores: "64 workers / 350ms".
type limit struct {
	kind string  // of its ceiling; empty: none
	rate float64 // notifications per second
	why  string
}

// ranged says that everything the model is made of has an interval.
func (m *model) ranged() bool { return m.cost.ranged() && m.memory.ranged() }

// modelOf builds the model of a row from its cells under some loads; why says what is
// missing where there is none.
func modelOf(run *record.Run, s *metric.Summary, subject *record.Subject, loads []string) (m *model, why string) {
	m = &model{subject: subject, cores: coresOf(run, subject), limit: limitOf(run, subject)}
	var costs, memory []sample
	for _, load := range loads {
		row, ok := rowOf(s, subject.ID, load)
		if !ok {
			continue
		}
		point, fault := pointOf(row)
		if fault != "" {
			why = fault
			continue
		}
		costs = append(costs, sample{point.rate, point.cost})
		memory = append(memory, sample{point.flight, point.peak})
	}
	if len(costs) == 0 {
		if why == "" {
			why = "not measured under " + list(loads)
		}
		return nil, why
	}
	var ok bool
	if m.tree, ok = treeOf(run, s, subject.ID); !ok {
		return nil, "its memory before the load is not known"
	}
	if m.path, ok = pathOf(s, subject.ID); !ok {
		return nil, "how long it waits for its providers is not known"
	}
	if why != "" {
		m.notes = append(m.notes, subject.ID+" is not taken from all loads: "+why)
	}
	m.cost = curveOf(costs, power, true)
	m.memory = curveOf(memory, straight, false)
	m.memory.samples = append([]sample{{0, m.tree.idle}}, m.memory.samples...)
	return m, ""
}

// point is a row under one load, in base units.
type point struct {
	rate, flight float64
	cost, peak   Figure
}

// tolerated is the share of errors above which the cost of a request is not that of
// a notification: a refusal is cheap.
const tolerated = 0.01

func pointOf(row *metric.Row) (p point, fault string) {
	if row.State == metric.Missing { // under every load
		return p, row.Absence()
	}
	if row.State != metric.Measured {
		return p, fmt.Sprintf("%s under %s", row.Absence(), row.Load)
	}
	for _, id := range []string{metric.Achieved, metric.InFlight, metric.CPUPerRequest, metric.PeakPSS} {
		if v := row.Values[id].Median; !v.OK || v.V <= 0 {
			m, _ := metric.ByID(id)
			return p, fmt.Sprintf("%s under %s is not known: %s", m.Name, row.Load, v.Why)
		}
	}
	if e := row.Values[metric.Errors].Median; e.OK && e.V > tolerated {
		return p, fmt.Sprintf("under %s %s of its requests were errors", row.Load, metric.Share.Format(e.V))
	}
	p.rate, p.flight = row.Values[metric.Achieved].Median.V, row.Values[metric.InFlight].Median.V
	p.peak, _ = figureOf(row.Values[metric.PeakPSS])
	ns, _ := figureOf(row.Values[metric.CPUPerRequest])
	p.cost = between(ns.Interval != nil, func(s side) float64 { return ns.at(s) / 1e9 })
	return p, ""
}

// pathOf is the mean time that a row's notifications wait for their providers, under
// whichever load has it: the providers are the same under each, and of a load that queues for
// longer than its window no request is known from begin to end.
func pathOf(s *metric.Summary, subject string) (seconds float64, ok bool) {
	for i := range s.Rows {
		if r := &s.Rows[i]; r.Subject == subject && r.State == metric.Measured && r.Anatomy.Mean != nil {
			return r.Anatomy.Mean.Providers / 1e9, true
		}
	}
	return 0, false
}

func rowOf(s *metric.Summary, subject, load string) (*metric.Row, bool) {
	i := slices.IndexFunc(s.Rows, func(r metric.Row) bool { return r.Subject == subject && r.Load == load })
	if i < 0 {
		return nil, false
	}
	return &s.Rows[i], true
}

// coresOf is how many cores an instance can use: those it was measured on, and no more
// than it has processes where each of them runs one thing at a time.
func coresOf(run *record.Run, subject *record.Subject) float64 {
	cores := len(run.Cores.Server)
	if cores == 0 {
		cores = max(1, run.Environment.Cores)
	}
	if subject.Language == "python" || subject.Environment["GOMAXPROCS"] == "1" {
		cores = min(cores, max(1, subject.Processes))
	}
	return float64(cores)
}

// limitOf is the lowest ceiling of the row itself that was known before the run.
func limitOf(run *record.Run, subject *record.Subject) (l limit) {
	for i := range run.Cells {
		if run.Cells[i].Subject != subject.ID {
			continue
		}
		for _, c := range run.Cells[i].Ceilings {
			own := c.Kind == "workers" || c.Kind == "client-pool"
			if own && c.Rate > 0 && (l.kind == "" || c.Rate < l.rate) {
				l = limit{c.Kind, c.Rate, c.Why}
			}
		}
	}
	return l
}

// list is names in words: "c25, c100 and c400".
func list(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
