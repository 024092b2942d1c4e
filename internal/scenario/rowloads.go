package scenario

import (
	"slices"

	"github.com/notifybench/notifybench/internal/strict"
)

// Measures says whether the row is measured under a load.
func (s Server) Measures(load string) bool { return s.Loads == nil || slices.Contains(s.Loads, load) }

// pairs is how many rows are measured under how many of these loads, counted together.
func (s *Scenario) pairs(loads func(Load) bool) (n int) {
	for _, row := range s.Servers {
		for _, l := range s.Loads {
			if loads(l) && row.Measures(l.Name) {
				n++
			}
		}
	}
	return n
}

// rowLoads reads under which loads each row is measured, where not under all.
func (d *decoder) rowLoads() {
	var names []string
	for _, l := range d.s.Loads {
		names = append(names, l.Name)
	}
	for i, n := range d.measured {
		if n.Present() {
			d.s.Servers[i].Loads = namesOf(n, "load", names)
		}
	}
	loads := d.top.Get("loads")
	if !loads.IsMap() || len(d.s.Servers) == 0 {
		return
	}
	for _, p := range loads.Pairs("") {
		if !slices.ContainsFunc(d.s.Servers, func(s Server) bool { return s.Measures(p.Key) }) {
			p.KeyNode.Notef("remove it, or add it to the loads of a row", "no row is measured under load %s", p.Key)
		}
	}
}

// namesOf reads a list of names, each valid and given once.
func namesOf(n strict.Node, what string, valid []string) []string {
	list := []string{}
	items := n.List("write a list of loads such as [c100]")
	for _, item := range items {
		var name string
		switch {
		case !item.Text(&name):
		case !slices.Contains(valid, name):
			item.Note(strict.Unknown(what, name, valid))
		case slices.Contains(list, name):
			item.Notef("name it once", "%s %s is repeated", what, name)
		default:
			list = append(list, name)
		}
	}
	if n.IsList() && len(items) == 0 {
		n.Note("a row under no load", "remove loads: the row is then measured under each")
	}
	return list
}
