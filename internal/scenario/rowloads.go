package scenario

import "slices"

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
	for i, n := range d.measured {
		if !n.Present() {
			continue
		}
		if n.IsList() && len(n.List("")) == 0 {
			n.Note("a row under no load", "remove loads: the row is then measured under each")
		}
		d.s.Servers[i].Loads = n.Names("load", d.s.loadNames())
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
