package scenario

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

const serverExample = "write a list such as [goroutine, {name: pool, set: {workers: 4}}]"

// servers reads the rows of the comparison.
func (d *decoder) servers() {
	n := d.top.Need("servers", "[goroutine]")
	items := n.List(serverExample)
	for _, item := range items {
		d.s.Servers = append(d.s.Servers, d.server(item))
	}
	if n.IsList() && len(items) == 0 {
		n.Note("no server", serverExample)
	}
	d.label(items)
}

func (d *decoder) position(n strict.Node) Position {
	line, column := n.Pos()
	return Position{File: d.s.File, Line: line, Column: column}
}

// server reads one row: a name, or a mapping.
func (d *decoder) server(n strict.Node) Server {
	s := Server{Processes: 1, Pos: d.position(n)}
	if n.IsScalar() {
		n.Name(&s.Name)
		d.measured = append(d.measured, strict.Node{})
		return s
	}
	m := n.Map("name", "path", "processes", "set", "label", "loads")
	m.Need("name", "goroutine").Name(&s.Name)
	if path := m.Get("path"); path.Present() {
		decodePath(path, &s.Path)
		s.PathPos = d.position(path)
	}
	m.Get("processes").Int(&s.Processes, 1, maxProcesses)
	m.Get("label").Text(&s.Label)
	d.measured = append(d.measured, m.Get("loads"))
	if name := m.Get("name"); name.Present() {
		s.Pos = d.position(name)
	}
	d.settings(&s, m.Get("set"))
	return s
}

// settings reads what a row sets; which there are is known to its server.yaml.
func (d *decoder) settings(s *Server, n strict.Node) {
	if !n.Present() {
		return
	}
	s.Set, s.SetPos = map[string]string{}, map[string]Position{}
	for _, p := range n.Pairs("write settings such as {workers: 4}") {
		var value string
		if p.Value.Scalar(&value) {
			s.Set[p.Key] = value
			s.SetPos[p.Key] = d.position(p.KeyNode)
		}
	}
}

// setAll gives every row what the scenario sets for all of them; what a row sets
// itself stays. The rows have their labels, which tell them apart.
func (d *decoder) setAll() {
	var all Server
	d.settings(&all, d.top.Get("set"))
	for i := range d.s.Servers {
		row := &d.s.Servers[i]
		for name, value := range all.Set {
			if _, own := row.Set[name]; own {
				continue
			}
			if row.Set == nil {
				row.Set, row.SetPos = map[string]string{}, map[string]Position{}
			}
			row.Set[name], row.SetPos[name] = value, all.SetPos[name]
		}
	}
}

// label names the rows that have no name of their own, and checks that no two
// are called the same.
func (d *decoder) label(items []strict.Node) {
	labelServers(d.s.Servers)
	seen := map[string]bool{}
	for i, s := range d.s.Servers {
		if seen[s.Label] && s.Name != "" {
			items[i].Notef("add a label to one of them", "two servers are called %q", s.Label)
		}
		seen[s.Label] = true
	}
}

// loads reads the loads, in the order of the file.
func (d *decoder) loads() {
	n := d.top.Need("loads", "{r300: 300/s}")
	pairs := n.Pairs("write loads such as {r300: 300/s, c100: {closed: {connections: 100}}}")
	for _, p := range pairs {
		var name string
		p.KeyNode.Name(&name)
		load := Load{Name: name} // also where its shape is wrong: claims may name it
		if search, ok := d.search(p.Value); search != nil {
			if ok {
				load.Search = search
			}
		} else if load.Shape = shape.Decode(p.Value, CapacityKind); load.Shape != nil {
			d.checkLoad(p.Value, load.Shape)
		}
		d.s.Loads = append(d.s.Loads, load)
	}
	if n.IsMap() && len(pairs) == 0 {
		n.Note("no load", "add r300: 300/s")
	}
}

// checkLoad refuses a load whose change lies after the measurement.
func (d *decoder) checkLoad(n strict.Node, s shape.Shape) {
	if !d.timed || !shape.Changing(s) {
		return
	}
	start := s.Rate(0)
	if shape.PeakRate(s, d.s.Duration) == start && shape.MeanRate(s, d.s.Duration) == start {
		n.Note(fmt.Sprintf("%s does not change within the duration of %v", s, d.s.Duration),
			"lengthen the duration, or let it change earlier")
	}
}
