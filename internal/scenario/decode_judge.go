package scenario

import (
	"math"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

// Judgement is a way to judge a claim: its kind, the keys beside it, and an example.
type Judgement struct {
	Kind    string
	Keys    []string
	Example string
	Summary string
	read    func(*claimReader, strict.Map, strict.Node)
}

// Judgements lists the ways to judge a claim.
func Judgements() []Judgement {
	return []Judgement{
		{record.JudgeValue, []string{"tolerance"}, "{value: 187.23/s, tolerance: 15%}",
			"the metric is this value, within a tolerance (default: 15%)", (*claimReader).judgeValue},
		{record.JudgeAtLeast, nil, "{at_least: 1000/s}", "it is this or more", (*claimReader).judgeBound},
		{record.JudgeAtMost, nil, "{at_most: 60ms}", "it is this or less", (*claimReader).judgeBound},
		{record.JudgeRatio, []string{"to", "tolerance"}, "{ratio: 5.5, to: a row, tolerance: 15%}",
			"it is so many times that of another row, within a tolerance (default: 15%)", (*claimReader).judgeRatio},
		{record.JudgeFactor, []string{"to"}, "{factor: 2, to: a row}",
			"it is at least so many times that of another row", (*claimReader).judgeRatio},
		{record.JudgeOrder, nil, "{order: [a row, another]}", "best first, each told apart from the next",
			(*claimReader).judgeOrder},
		{record.JudgeGrowth, []string{"over", "tolerance"}, "{growth: linear, over: [c8, c16], tolerance: 15%}",
			"it grows in proportion to the loads, within a tolerance (default: 15%)", (*claimReader).judgeGrowth},
	}
}

// defaultTolerance is a share of the stated value: that of a figure read off somebody
// else's machine.
const defaultTolerance = 0.15

// judgeKind is the kind of a judgement; empty: it is none, or more than one.
func judgeKind(n strict.Node) string {
	found := ""
	if !n.IsMap() {
		return ""
	}
	for _, p := range n.Pairs("") {
		for _, j := range Judgements() {
			if p.Key != j.Kind {
				continue
			}
			if found != "" {
				return ""
			}
			found = j.Kind
		}
	}
	return found
}

// judge reads how the claim is settled.
func (r *claimReader) judge(n strict.Node) {
	if !n.Present() {
		return
	}
	var examples []string
	for _, j := range Judgements() {
		examples = append(examples, j.Example)
	}
	instead := "write exactly one of " + strings.Join(examples, ", ")
	if !n.IsMap() {
		n.Note("this is no judgement", instead)
		return
	}
	kind := judgeKind(n)
	for _, j := range Judgements() {
		if j.Kind == kind {
			r.c.Judge.Kind = kind
			m := n.Map(append([]string{kind}, j.Keys...)...)
			j.read(r, m, r.at("judge."+kind, m.Get(kind)))
			return
		}
	}
	n.Note("a claim is judged in exactly one way", instead)
}

func (r *claimReader) judgeValue(m strict.Map, n strict.Node) {
	r.value(n)
	r.tolerance(m)
}

func (r *claimReader) judgeBound(_ strict.Map, n strict.Node) { r.value(n) }

// judgeRatio reads how many times another row's the metric is.
func (r *claimReader) judgeRatio(m strict.Map, n strict.Node) {
	r.value(n)
	if u := r.c.Judge.Unit; u != "" && (u != record.UnitNumber || r.c.Judge.Value == 0) {
		n.Note("a "+r.c.Judge.Kind+" is a number above 0", "write it without a unit, such as 5.5")
	}
	to := r.at("judge.to", m.Need("to", "the label of a server"))
	if r.row(to, &r.c.To) && r.c.To == r.c.Row {
		to.Note("a row is not compared with itself", "write another row")
	}
	if r.c.Judge.Kind == record.JudgeRatio {
		r.tolerance(m)
	}
}

// judgeOrder reads the rows from best to worst. The claim then needs no row.
func (r *claimReader) judgeOrder(_ strict.Map, n strict.Node) {
	r.rows(n, "judge.order", &r.c.Judge.Order)
	if n.IsList() && len(n.List("")) < 2 {
		n.Note("an order has at least two rows", "write [a row, another]")
	}
	if r.c.Row == "" && len(r.c.Judge.Order) > 0 {
		r.c.Row = r.c.Judge.Order[0]
	}
}

// judgeGrowth reads the loads over which the metric grows. The claim then needs no load.
func (r *claimReader) judgeGrowth(m strict.Map, n strict.Node) {
	linear := ""
	n.OneOf(&linear, "linear")
	over := r.at("judge.over", m.Need("over", "[c8, c16]"))
	r.members(over, "judge.over", &r.c.Judge.Over, r.load, "write a list of loads")
	if over.IsList() && len(over.List("")) < 2 {
		over.Note("growth is over at least two loads", "write [c8, c16]")
	}
	if r.c.Load == "" && len(r.c.Judge.Over) > 0 {
		r.c.Load = r.c.Judge.Over[0]
	}
	r.tolerance(m)
}

func (r *claimReader) tolerance(m strict.Map) {
	r.c.Judge.Tolerance = defaultTolerance
	r.at("judge.tolerance", m.Get("tolerance")).Share(&r.c.Judge.Tolerance)
}

// maxValue is beyond any metric.
const maxValue = 1e15

// value reads the stated value by its look: 187.23/s, 60ms, 95MB, 25% or a plain
// number. Whether the metric is of that unit is known elsewhere.
func (r *claimReader) value(n strict.Node) {
	var text string
	if !n.Text(&text) {
		return
	}
	v, unit, ok := parseValue(text)
	if !ok {
		n.Notef("write 187.23/s, 60ms, 95MB, 25% or a plain number", "%q is no value", text)
		return
	}
	if v < 0 || v > maxValue || math.IsNaN(v) {
		n.Notef("write a value from 0", "value %s is out of range", text)
		return
	}
	r.c.Judge.Value, r.c.Judge.Unit = v, unit
}

func parseValue(text string) (v float64, unit string, ok bool) {
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v, record.UnitNumber, true
	}
	if number, percent := strings.CutSuffix(text, "%"); percent {
		v, err := strconv.ParseFloat(number, 64)
		return v / 100, record.UnitShare, err == nil
	}
	if strings.Contains(text, "/") {
		doc := strict.Parse("value", []byte(text))
		ok := shape.DecodeRate(doc.Root(), &v)
		return v, record.UnitRate, ok
	}
	if d, fault := strict.ParseDuration(text); fault == nil {
		return float64(d), record.UnitDuration, true
	}
	if b, fault := strict.ParseBytes(text); fault == nil {
		return float64(b), record.UnitBytes, true
	}
	return 0, "", false
}
