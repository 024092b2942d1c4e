package scenario

import (
	"math"
	"slices"
	"strconv"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

// defaultUtilisation leaves room for the bursts of real arrivals.
const defaultUtilisation = 0.6

// migrate reads what capacity is asked for, and at which price.
func (d *decoder) migrate() {
	n := d.top.Get("migrate")
	if !n.Present() {
		return
	}
	m := n.Map("rates", "utilisation", "price", "load", "predict")
	want := &record.Migrate{Utilisation: defaultUtilisation}
	d.rates(m.Need("rates", "[100/s, 1000/s, 10000/s]"), want)
	if u := m.Get("utilisation"); u.Share(&want.Utilisation) && want.Utilisation == 0 {
		u.Note("at a utilisation of 0 no number of instances is enough", "write a share such as 60%")
	}
	want.Price = price(m.Need("price", "{currency: USD, vcpu_hour: 0.04, gb_hour: 0.005}"))
	want.Loads = d.steady(m.Need("load", "c100"))
	if predict := m.Get("predict"); predict.Present() {
		for _, item := range predict.List("write a list such as [{row: goroutine ×2, from: goroutine}]") {
			want.Predict = append(want.Predict, d.prediction(item, want.Loads))
		}
	}
	d.s.Migrate = want
}

// rates reads the rates to be served, which rise.
func (d *decoder) rates(n strict.Node, want *record.Migrate) {
	const example = "write a list such as [100/s, 1000/s]"
	items := n.List(example)
	if n.IsList() && len(items) == 0 {
		n.Note("no rate", example)
	}
	for _, item := range items {
		var rate float64
		if !shape.DecodeRate(item, &rate) {
			continue
		}
		if last := len(want.Rates) - 1; last >= 0 && rate <= want.Rates[last] {
			item.Notef("write the rates from low to high", "rate %s is not above the one before it", shape.RateText(rate))
			continue
		}
		want.Rates = append(want.Rates, rate)
	}
}

// price reads what capacity costs; a price of 0 is one, as of a machine one has.
func price(n strict.Node) (p record.Price) {
	m := n.Map("currency", "vcpu_hour", "gb_hour", "source")
	m.Need("currency", "USD").Text(&p.Currency)
	amount(m.Need("vcpu_hour", "0.04"), &p.VCPUHour)
	amount(m.Need("gb_hour", "0.005"), &p.GBHour)
	m.Get("source").Text(&p.Source)
	return p
}

func amount(n strict.Node, dst *float64) {
	var text string
	if !n.Scalar(&text) {
		return
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		n.Notef("write a number such as 0.04", "%q is not an amount of money", text)
		return
	}
	*dst = v
}

// steady reads one load or a list of them, each of which stays as it is: a cost is
// that of one state of the server.
func (d *decoder) steady(n strict.Node) []string {
	items := []strict.Node{n}
	if n.IsList() {
		if items = n.List(""); len(items) == 0 {
			n.Note("no load", "write a load such as c100")
		}
	}
	var names []string
	for _, item := range items {
		var name string
		switch {
		case !item.Known(&name, "load", d.s.loadNames()):
		case slices.Contains(names, name):
			item.Notef("name it once", "load %s is repeated", name)
		case !d.steadyLoad(name):
			item.Notef("name a load of a constant rate, or a closed one", "load %s changes over time, or is a search", name)
		default:
			names = append(names, name)
		}
	}
	return names
}

func (d *decoder) steadyLoad(name string) bool {
	i := slices.IndexFunc(d.s.Loads, func(l Load) bool { return l.Name == name })
	return d.s.Loads[i].Search == nil && !shape.Changing(d.s.Loads[i].Shape)
}

// prediction reads one test of the extrapolation. Without more words it is of another
// row under one and the same load, the last that costs are taken from.
func (d *decoder) prediction(n strict.Node, loads []string) (p record.Prediction) {
	m := n.Map("row", "load", "from", "at")
	rows := d.s.rowLabels()
	m.Need("row", "goroutine ×2").Known(&p.Row, "row", rows)
	m.Need("from", "goroutine").Known(&p.From, "row", rows)
	if len(loads) > 0 {
		p.Load = loads[len(loads)-1]
	}
	if load := m.Get("load"); load.Present() {
		if one := d.steady(load); len(one) > 1 {
			load.Note("several loads", "write one load: it is one case that is predicted")
		} else if len(one) == 1 {
			p.Load = one[0]
		}
	}
	p.At = []string{p.Load}
	if at := m.Get("at"); at.Present() {
		p.At = d.steady(at)
	}
	if p.Row != "" && p.Row == p.From && slices.Contains(p.At, p.Load) {
		n.Notef("write another row in from, or other loads in at",
			"%s under %s would be predicted from itself", p.Row, p.Load)
	}
	return p
}
