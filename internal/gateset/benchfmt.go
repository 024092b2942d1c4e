package gateset

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/perf/benchfmt"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
)

// benchmarks is what benchstat compares by "benchstat -col arm". It judges by the blocks
// of each arm apart, and so sees less than the gate, which judges by pairs.
var benchmarks = Format{
	Name: "benchfmt", File: "gate.bench.txt", Doc: "the valid blocks of both arms in Go's benchmark format: benchstat -col arm",
	Write: func(w io.Writer, s *Set, _ Options) error {
		b := benchfmt.NewWriter(w)
		for _, record := range s.records() {
			if err := b.Write(record); err != nil {
				return fmt.Errorf("write benchmark: %w", err)
			}
		}
		return nil
	},
}

// records are the units, then the results: the first blocks of the base, those of the
// candidate, then the fresh blocks in the same way, which benchstat must not mix with them.
func (s *Set) records() []benchfmt.Record {
	var all []benchfmt.Record
	for _, unit := range s.units() {
		all = append(all, unit)
	}
	for _, fresh := range []bool{false, true} {
		for _, arm := range []gate.Arm{gate.Base, gate.Candidate} {
			config := s.config(arm, fresh)
			for i := range s.Servers {
				for _, r := range s.results(&s.Servers[i], arm, fresh) {
					r.Config = config
					all = append(all, r)
				}
			}
		}
	}
	return all
}

// units say which way a unit is better; each is said once.
func (s *Set) units() []*benchfmt.UnitMetadata {
	var all []*benchfmt.UnitMetadata
	for _, r := range s.Policy.Rules {
		unit := unitOf(r.Metric)
		if slices.ContainsFunc(all, func(m *benchfmt.UnitMetadata) bool { return m.OrigUnit == unit }) {
			continue
		}
		better := "lower"
		if r.Higher {
			better = "higher"
		}
		m := &benchfmt.UnitMetadata{OrigUnit: unit, Value: better}
		m.Unit, m.Key = unit, "better"
		all = append(all, m)
	}
	return all
}

// unitOf is a metric as a unit, of which benchunit knows how to scale what ends in ns or
// bytes: "CPU-ns/req", "peak-PSS-bytes", "achieved-req/s".
func unitOf(id string) string {
	m, ok := metric.ByID(id)
	if !ok {
		return word(id)
	}
	what, per, divided := strings.Cut(m.Name, "/")
	unit := strings.ReplaceAll(what, " ", "-") + "-" + suffix(m.Unit)
	if divided {
		unit += "/" + per
	}
	return unit
}

func suffix(u metric.Unit) string {
	if u == metric.PerSecond {
		return "req/s"
	}
	return string(u)
}

// config is what both arms have in common, and the arm: benchstat makes a table of its own
// for each value of any other key.
func (s *Set) config(arm gate.Arm, fresh bool) []benchfmt.Config {
	blocks := "first"
	if fresh {
		blocks = "fresh"
	}
	e := &s.Machine
	var all []benchfmt.Config
	for _, c := range [][2]string{
		{"goos", e.OS}, {"goarch", e.Arch}, {"cpu", e.CPU}, {"toolchain", e.Go}, {"tool", "notifybench " + s.Tool},
		{"scenario", s.Scenario}, {"scenario-hash", s.Hash}, {"seed", fmt.Sprint(s.Seed)},
		{"base-commit", revision(s.Base)}, {"candidate-commit", revision(s.Candidate)},
		{"blocks", blocks}, {"arm", arm.String()},
	} {
		if v := strings.Join(strings.Fields(clean(c[1])), " "); v != "" {
			all = append(all, benchfmt.Config{Key: c[0], Value: []byte(v), File: true})
		}
	}
	return all
}

// revision is the commit as a fingerprint has it.
func revision(s Side) string {
	if s.Dirty {
		return s.Commit + "+dirty"
	}
	return s.Commit
}

// results are a line of each valid block and load.
func (s *Set) results(sv *Server, arm gate.Arm, fresh bool) []*benchfmt.Result {
	var all []*benchfmt.Result
	for i := range sv.Blocks {
		b := &sv.Blocks[i]
		if b.Invalid != "" || b.Confirm != fresh {
			continue
		}
		for _, load := range s.loads() {
			r := &benchfmt.Result{Name: benchfmt.Name(s.benchmark(sv.Row, load)), Iters: 1}
			for _, rule := range s.Policy.Rules {
				if pair, ok := b.Values[rule.Metric]; ok && rule.Load == load {
					r.Values = append(r.Values, benchfmt.Value{Value: pair[arm], Unit: unitOf(rule.Metric)})
				}
			}
			if len(r.Values) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// loads are those of the policy.
func (s *Set) loads() []string {
	var all []string
	for _, r := range s.Policy.Rules {
		if !slices.Contains(all, r.Load) {
			all = append(all, r.Load)
		}
	}
	return all
}

// benchmark is a name as benchstat splits it. It ends in the number of cores, as those of
// package testing do, lest a name that ends in a number be taken for that.
func (s *Set) benchmark(row, load string) string {
	return "Gate/server=" + word(row) + "/load=" + word(load) + "-" + strconv.Itoa(max(1, s.Machine.Cores))
}

// word is a text without what ends a part of a line.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '/' {
			return '_'
		}
		return r
	}, clean(s))
}
