package policy

import (
	"math"
	"slices"
	"strconv"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

const metricsExample = "write metrics such as {cpu_per_request: {tolerance: 5%, effect: 1%}}"

// metrics reads what is gated, and how much worse it may get.
func (d *decoder) metrics() {
	n := d.top.Get("metrics")
	if !n.Present() {
		d.defaultMetrics()
		return
	}
	pairs := n.Pairs(metricsExample)
	if n.IsMap() && len(pairs) == 0 {
		n.Note("no metric", "remove metrics: the five of the default policy are then gated")
	}
	d.f.Gate.Rules = nil
	for _, p := range pairs {
		d.rule(p)
	}
}

// defaultMetrics takes the default rules, where there is all that they need.
func (d *decoder) defaultMetrics() {
	for _, r := range d.f.Gate.Rules {
		root := d.doc.Root()
		if _, known := d.metric(r.Metric); !known && root.IsMap() {
			root.Note(strict.Unknown("metric", r.Metric, d.metricIDs()))
		}
		if loads := d.loadNames(); loads != nil && !slices.Contains(loads, r.Load) {
			root.Notef("write metrics, each with its load, or name a load of the scenario "+r.Load,
				"scenario %s has no load %s, under which %s is gated by default", d.f.Scenario.Name, r.Load, r.Metric)
		}
		d.loads = append(d.loads, root)
	}
}

func (d *decoder) metric(id string) (Metric, bool) {
	i := slices.IndexFunc(d.known.Metrics, func(m Metric) bool { return m.ID == id })
	if i < 0 {
		return Metric{ID: id}, false
	}
	return d.known.Metrics[i], true
}

func (d *decoder) metricIDs() []string {
	ids := make([]string, len(d.known.Metrics))
	for i, m := range d.known.Metrics {
		ids[i] = m.ID
	}
	return ids
}

// loadNames lists the loads of the scenario; nil where it could not be read.
func (d *decoder) loadNames() (names []string) {
	if d.f.Scenario == nil {
		return nil
	}
	for _, l := range d.f.Scenario.Loads {
		names = append(names, l.Name)
	}
	return names
}

// rule reads one metric.
func (d *decoder) rule(p strict.Pair) {
	metric, known := d.metric(p.Key)
	if !known {
		p.KeyNode.Note(strict.Unknown("metric", p.Key, d.metricIDs()))
	}
	r, listed := gate.Rule{Metric: p.Key}, false
	for _, standard := range gate.Default().Rules {
		if standard.Metric == p.Key {
			r, listed = standard, true
		}
	}
	r.Higher = metric.Higher
	m := p.Value.Map("load", "tolerance", "effect", "floor")
	at := d.ruleLoad(m, &r, known)
	tolerance := m.Get("tolerance")
	if !listed && known {
		tolerance = m.Need("tolerance", "5%")
	}
	given := tolerance.Share(&r.Tolerance)
	if given && r.Tolerance == 0 {
		tolerance.Note("nothing is measured so well that it is 0% worse for sure", "write a tolerance such as 5%")
	}
	effect(m.Get("effect"), &r, listed)
	if known {
		floor(m.Get("floor"), metric, &r)
	}
	if at.Present() {
		d.loads = append(d.loads, at)
	} else {
		d.loads = append(d.loads, p.KeyNode)
	}
	d.f.Gate.Rules = append(d.f.Gate.Rules, r)
}

// ruleLoad reads under which load a metric is gated, and returns where that is said.
func (d *decoder) ruleLoad(m strict.Map, r *gate.Rule, known bool) strict.Node {
	n, loads := m.Get("load"), d.loadNames()
	switch {
	case loads == nil:
		n.Text(&r.Load)
	case n.Present():
		n.Known(&r.Load, "load", loads)
	case slices.Contains(loads, r.Load): // the default
	case len(loads) == 1:
		r.Load = loads[0]
	case known:
		m.Need("load", loads[0])
	}
	return n
}

// effect reads what a regression is surely above. Left out it is the metric's own, or a
// fifth of the tolerance where there is none, or none so small.
func effect(n strict.Node, r *gate.Rule, listed bool) {
	if !n.Present() {
		if !listed || r.Effect > r.Tolerance {
			r.Effect = r.Tolerance / effectsPerTolerance
		}
		return
	}
	if n.Share(&r.Effect) && r.Effect > r.Tolerance {
		n.Notef("write an effect below the tolerance", "effect %s is above the tolerance of %s: a change between them would be both",
			percent(r.Effect), percent(r.Tolerance))
	}
}

// percent is a share as a policy has it.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e6)/1e4, 'f', -1, 64) + "%"
}

// floor reads the difference that is none, in the unit of the metric.
func floor(n strict.Node, m Metric, r *gate.Rule) {
	var text string
	if !n.Present() || !n.Text(&text) {
		return
	}
	v, fault := parseFloor(text, m.Unit)
	if fault == nil && (v < 0 || math.IsNaN(v) || math.IsInf(v, 0)) {
		fault = &strict.Fault{What: text + " is out of range", Instead: "write 0 or more"}
	}
	if fault != nil {
		n.Note("floor of "+m.ID+": "+fault.What, fault.Instead)
		return
	}
	r.Floor = v
}

func parseFloor(text, unit string) (float64, *strict.Fault) {
	switch unit {
	case record.UnitDuration:
		v, fault := strict.ParseDuration(text)
		return float64(v), fault
	case record.UnitBytes:
		v, fault := strict.ParseBytes(text)
		return float64(v), fault
	case record.UnitShare:
		return strict.ParseShare(text)
	case record.UnitRate:
		v, err := shape.Parse(text)
		if err != nil || v.Kind() != "rate" {
			return 0, &strict.Fault{What: strconv.Quote(text) + " is not a rate", Instead: "write 10/s"}
		}
		return v.Rate(0), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, &strict.Fault{What: strconv.Quote(text) + " is not a number", Instead: "write a plain number"}
	}
	return v, nil
}
