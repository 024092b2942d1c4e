package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/shape"
)

// appendNew appends what is not there yet.
func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// check finds what cannot be, across sections that are each in order.
func (d *decoder) check() {
	d.checkBusy()
	d.checkLoads()
	d.checkBudget()
	if err := d.f.Gate.Check(); err != nil && d.doc.Clean() {
		d.at(d.top.Get("metrics")).Note(err.Error(), "write a policy that can be kept")
	}
}

// checkBusy refuses to set the rate of nothing, or of one load among several.
func (d *decoder) checkBusy() {
	if d.f.Busy == 0 {
		return
	}
	if open := d.f.Open(); open != "" {
		if !slices.ContainsFunc(d.f.Gate.Rules, func(r gate.Rule) bool { return r.Load == open }) {
			d.top.Get("busy").Notef("remove busy, or gate a metric under that load",
				"busy sets the rate of load %s, under which no metric is gated", open)
		}
		return
	}
	what := "has no load of a constant rate"
	if open := constant(d.f.Scenario); len(open) > 0 {
		what = "has more than one: " + strings.Join(open, ", ")
	}
	d.top.Get("busy").Notef("remove busy: the loads are then as the scenario has them",
		"busy sets the rate of the one open load, and scenario %s %s", d.f.Scenario.Name, what)
}

// checkLoads refuses what says nothing under its load, or is not measured under it.
func (d *decoder) checkLoads() {
	sc := d.f.Scenario
	for i, r := range d.f.Gate.Rules {
		for _, l := range sc.Loads {
			if l.Name != r.Load || r.Metric != achieved {
				continue
			}
			if _, closed := shape.Closed(l.Shape); !closed {
				d.loads[i].Notef("write a load of the kind closed, whose clients ask as fast as they are answered",
					"what is achieved under load %s is what is offered, as long as the server keeps up", l.Name)
			}
		}
		for _, row := range sc.Servers {
			if slices.Contains(d.f.Rows, row.Label) && !row.Measures(r.Load) {
				d.loads[i].Notef("write another load, or leave the row out of servers",
					"row %s is not measured under load %s", row.Label, r.Load)
			}
		}
	}
}

// shortest is the time that the windows alone of one block take.
func (d *decoder) shortest() (sum time.Duration) {
	sc := d.f.Scenario
	var loads []string
	for _, r := range d.f.Gate.Rules {
		loads = appendNew(loads, r.Load)
	}
	const arms = 2
	return time.Duration(arms*len(loads)*sc.Slices.Count) * sc.Duration
}

// checkBudget refuses a budget in which nothing can be decided.
func (d *decoder) checkBudget() {
	first := d.f.Gate.Looks[0]
	if need := time.Duration(first) * d.shortest(); d.f.Budget < need {
		d.at(d.top.Get("budget")).Notef("write a larger budget, fewer blocks, or shorter slices in the scenario",
			"a budget of %v ends before the first look: %d blocks have %v of windows alone", d.f.Budget, first, need)
	}
}
