package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gateset"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
	"github.com/notifybench/notifybench/internal/trees"
)

// duel prepares what measures blocks of one row: both servers, built, and the machine.
// A row whose requirements are not installed is missing, and not measured.
func (g *gating) duel(sc *scenario.Scenario, s *gateset.Server) (*duel, error) {
	sources, err := g.sources(sc.Servers[0].Name)
	if err != nil {
		return nil, usage(err)
	}
	machine, err := lookAtMachine()
	if err != nil {
		return nil, err
	}
	d := &duel{sc: sc, rules: g.policy.Gate.Rules, machine: machine, self: g.self, out: filepath.Join(g.dir, "blocks"), open: g.policy.Open(),
		builds: newBuilds(g.guardian, sources, filepath.Join(g.dir, binariesDir))}
	p, err := plan.Make(d.pairOf(), d.builds.servers[:], machine, g.f.seed)
	var files *plan.FilesError
	switch {
	case errors.As(err, &files):
		return nil, err
	case err != nil:
		return nil, usage(err)
	}
	switch base, candidate := p.Rows[gate.Base].Missing, p.Rows[gate.Candidate].Missing; {
	case base != candidate: // a change of what a server needs must not make it go unseen
		return nil, usage(fmt.Errorf("%s: the base is %s, the candidate is %s", s.Row, cmp.Or(base, "installed"), cmp.Or(candidate, "installed")))
	case base != "":
		s.Missing = base
		return d, nil
	}
	s.Layouts = d.builds.layouts
	d.builds.remove() // of another state of the trees
	g.say("%s: building base and candidate, %s", s.Row, layoutWords(d.builds))
	if err := d.builds.buildAll(g.c.Context(), false); err != nil {
		return d, usage(fmt.Errorf("%s: %w (base: %s)", s.Row, err, g.sides.base.tree.Name()))
	}
	s.Toolchains = d.builds.toolchains()
	return d, nil
}

// sources are the descriptions of a server in both trees.
func (g *gating) sources(name string) (both [2]server.Server, err error) {
	servers, err := findServers(g.f.servers)
	if err != nil {
		return both, err
	}
	for _, s := range servers {
		if s.Name != name {
			continue
		}
		both[gate.Base], both[gate.Candidate] = s, s
		if g.sides.alike() {
			return both, nil
		}
		both[gate.Base], err = trees.Counterpart(s, g.sides.candidate.tree, g.sides.base.tree)
		if err == nil && g.sides.checkout != nil {
			err = g.sides.checkout.Lend(s, g.sides.candidate.tree)
		}
		return both, err
	}
	return both, fmt.Errorf("no server is called %s: see notifybench list", name)
}

func layoutWords(b *gateBuilds) string {
	if b.layouts > 1 {
		return fmt.Sprintf("in %d code layouts each", b.layouts)
	}
	return "in one code layout: " + b.layoutWhy
}
