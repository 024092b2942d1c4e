package scenario

import (
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

const claimExample = "write a list such as [{id: flask-187, stated: …, row: …, load: …, metric: achieved, judge: {value: 187.23/s}, expect: REPRODUCED}]"

// Documents lists the titles of the articles whose claims are judged.
func Documents() []string {
	return []string{
		"asyncio-notification-service",
		"How to upgrade your Flask application using async",
		"Should I Migrate to an Async Framework?",
		"Python Async Programming: asyncio, Concurrency Patterns, and Performance Tips",
	}
}

// claimKeys of a claim, in the order in which they are written.
func claimKeys() []string {
	return []string{"id", "source", "stated", "unmeasured", "row", "load", "metric", "judge", "instead", "go",
		"expect", "because", "core", "solve"}
}

// claims reads what the scenario settles. Which metrics there are is known elsewhere.
func (d *decoder) claims() {
	n := d.top.Get("claims")
	if !n.Present() {
		return
	}
	seen := map[string]bool{}
	for _, item := range n.List(claimExample) {
		r := claimReader{d: d, node: item, c: Claim{Pos: map[string]Position{"": d.position(item)}}, m: item.Map(claimKeys()...)}
		if !item.IsMap() {
			continue
		}
		r.whole()
		if seen[r.c.ID] && r.c.ID != "" {
			r.m.Get("id").Notef("give each an id of its own", "two claims are called %q", r.c.ID)
		}
		seen[r.c.ID] = true
		d.s.Claims = append(d.s.Claims, r.c)
	}
}

// claimReader reads one claim.
type claimReader struct {
	d    *decoder
	node strict.Node
	m    strict.Map
	c    Claim
}

// at remembers where a part stands.
func (r *claimReader) at(part string, n strict.Node) strict.Node {
	if n.Present() {
		r.c.Pos[part] = r.d.position(n)
	}
	return n
}

func (r *claimReader) get(key string) strict.Node { return r.at(key, r.m.Get(key)) }

func (r *claimReader) need(key, example string) strict.Node { return r.at(key, r.m.Need(key, example)) }

func (r *claimReader) whole() {
	r.need("id", "flask-187").Name(&r.c.ID)
	r.source()
	r.need("stated", "what the document says, with its figures").Text(&r.c.Stated)
	r.need("expect", record.Reproduced).OneOf(&r.c.Expect, record.Verdicts()...)
	r.get("because").Text(&r.c.Because)
	core := "false"
	r.get("core").OneOf(&core, "true", "false")
	r.c.Core = core == "true"
	if n := r.get("unmeasured"); n.Present() {
		n.Text(&r.c.Unmeasured)
		r.nothingToMeasure()
		return
	}
	judge := r.need("judge", "{value: 187.23/s, tolerance: 15%}")
	r.configuration()
	r.need("metric", "achieved").Text(&r.c.Metric)
	r.judge(judge)
	r.instead()
	r.rows(r.get("go"), "go", &r.c.Go)
	r.solve()
}

// source is that of the scenario unless the claim has one of its own.
func (r *claimReader) source() {
	n := r.get("source")
	if !n.Present() {
		r.c.Document, r.c.Section = r.d.s.Source.Document, r.d.s.Source.Section
		switch {
		case r.c.Document == "":
			r.m.Need("source", "{document: "+Documents()[0]+", section: …}")
		case !slices.Contains(Documents(), r.c.Document):
			problem, instead := strict.Unknown("document", r.c.Document, Documents())
			r.node.Note(problem+" of the scenario, which the claim does not replace", instead)
		}
		return
	}
	m := n.Map("document", "section")
	m.Need("document", Documents()[0]).OneOf(&r.c.Document, Documents()...)
	m.Get("section").Text(&r.c.Section)
}

// nothingToMeasure refuses a configuration beside the reason why there is none.
func (r *claimReader) nothingToMeasure() {
	for _, key := range []string{"row", "load", "metric", "judge", "instead", "go", "solve"} {
		if n := r.m.Get(key); n.Present() {
			n.Note("a claim that is unmeasured has no "+key, "remove it, or remove unmeasured")
		}
	}
	if r.c.Expect != "" && r.c.Expect != record.NotMeasured {
		r.m.Get("expect").Note(r.c.Expect+" is expected of a claim that is unmeasured", "write "+record.NotMeasured)
	}
}

// configuration reads row and load as stated. An order names its rows, and growth its
// loads, elsewhere.
func (r *claimReader) configuration() {
	kind := judgeKind(r.m.Get("judge"))
	row, load := r.get("row"), r.get("load")
	if kind != record.JudgeOrder {
		row = r.need("row", "the label of a server")
	}
	if kind != record.JudgeGrowth {
		load = r.need("load", "the name of a load")
	}
	r.row(row, &r.c.Row)
	r.load(load, &r.c.Load)
}

// row reads the label of a row.
func (r *claimReader) row(n strict.Node, dst *string) bool {
	return n.Known(dst, "row", r.d.s.rowLabels())
}

// load reads the name of a load.
func (r *claimReader) load(n strict.Node, dst *string) bool {
	return n.Known(dst, "load", r.d.s.loadNames())
}

// rows reads a list of rows, each once.
func (r *claimReader) rows(n strict.Node, part string, dst *[]string) {
	r.members(n, part, dst, r.row, "write a list of rows")
}

func (r *claimReader) members(n strict.Node, part string, dst *[]string, read func(strict.Node, *string) bool, example string) {
	if !n.Present() {
		return
	}
	for i, item := range n.List(example) {
		var name string
		if !read(r.at(fmt.Sprintf("%s[%d]", part, i), item), &name) {
			continue
		}
		if slices.Contains(*dst, name) {
			item.Notef("name each once", "%s is repeated", name)
			continue
		}
		*dst = append(*dst, name)
	}
}

// instead reads a configuration or a list of them. What one leaves out is as stated.
func (r *claimReader) instead() {
	n := r.get("instead")
	items := []strict.Node{n}
	switch {
	case !n.Present():
		return
	case n.IsList():
		items = n.List("")
	}
	for i, item := range items {
		part := fmt.Sprintf("instead[%d]", i)
		m := r.at(part, item).Map("row", "load", "to")
		if !item.IsMap() {
			continue
		}
		p := record.Point{Row: r.c.Row, Load: r.c.Load}
		r.row(r.at(part+".row", m.Get("row")), &p.Row)
		r.load(r.at(part+".load", m.Get("load")), &p.Load)
		to := r.at(part+".to", m.Get("to"))
		if to.Present() && r.c.To == "" {
			to.Note("only a ratio and a factor have a to", "remove it")
		}
		r.row(to, &p.To)
		if p == (record.Point{Row: r.c.Row, Load: r.c.Load}) && r.d.doc.Clean() {
			item.Note("this is the configuration as stated", "write another row, load or to")
		}
		r.c.Instead = append(r.c.Instead, p)
	}
}

// Limits on what is searched for.
const maxSolve = 100_000

// solve reads what is varied to find the stated value.
func (r *claimReader) solve() {
	n := r.get("solve")
	if !n.Present() {
		return
	}
	s := record.Solve{Row: r.c.Row, Load: r.c.Load}
	m := n.Map("row", "load", "set", "from", "to", "connections")
	r.row(r.at("solve.row", m.Get("row")), &s.Row)
	r.load(r.at("solve.load", m.Get("load")), &s.Load)
	bounds := m
	switch c, set := m.Get("connections"), m.Get("set"); {
	case c.Present() && set.Present():
		c.Note("either a setting or the connections are varied", "remove set or connections")
	case c.Present():
		bounds = c.Map("from", "to")
		r.closedLoad(c, s.Load)
	default:
		r.at("solve.set", m.Need("set", "threads")).Text(&s.Set)
	}
	from := bounds.Need("from", "1").Int(&s.From, 1, maxSolve)
	to := bounds.Need("to", "64")
	if to.Int(&s.To, 1, maxSolve) && from && s.To <= s.From {
		to.Notef(fmt.Sprintf("write a number above %d", s.From), "nothing lies between %d and %d", s.From, s.To)
	}
	if k := r.c.Judge.Kind; k != "" && k != record.JudgeValue && k != record.JudgeAtLeast || r.c.Metric != "" && r.c.Metric != solvable {
		n.Note("only a stated value of metric "+solvable+" can be searched for", "remove solve")
	}
	r.c.Solve = &s
}

// solvable is the metric that can be searched for: it grows with what is in flight.
const solvable = "achieved"

func (r *claimReader) closedLoad(n strict.Node, name string) {
	for _, l := range r.d.s.Loads {
		if l.Name != name || l.Shape == nil && l.Search == nil {
			continue
		}
		if _, closed := shape.Closed(l.Shape); !closed {
			n.Notef("vary a setting, or choose a closed load", "load %s has no connections to vary", l.Name)
		}
	}
}

// rowLabels lists how the rows are called.
func (s *Scenario) rowLabels() []string {
	var labels []string
	for _, v := range s.Servers {
		if v.Label != "" { // else what is wrong with it has been said
			labels = append(labels, v.Label)
		}
	}
	return labels
}

// loadNames lists how the loads are called.
func (s *Scenario) loadNames() []string {
	var names []string
	for _, l := range s.Loads {
		if l.Name != "" {
			names = append(names, l.Name)
		}
	}
	return names
}
