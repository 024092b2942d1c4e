package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// claimWork is a scenario with the claims that it is to settle.
type claimWork struct {
	sc   *scenario.Scenario
	plan *plan.Plan // nil: nothing of it is measured
}

// duration is about how long it will take: what is not installed takes no time.
func (w claimWork) duration() (sum time.Duration) {
	if w.plan == nil {
		return 0
	}
	sum = w.plan.Duration()
	for i := range w.plan.Cells {
		if c := &w.plan.Cells[i]; c.Row.Missing != "" {
			sum -= c.Length()
		}
	}
	return sum
}

// checkClaims finds what is wrong with the claims of a scenario beyond what its file
// alone tells: metrics and their units.
func checkClaims(sc *scenario.Scenario) (problems strict.Problems) {
	for _, c := range sc.Claims {
		for _, p := range claim.Check(c.Claim) {
			at, known := c.Pos[p.Part]
			if !known {
				at = c.Pos[""]
			}
			problems = append(problems, strict.Problem{File: at.File, Line: at.Line, Column: at.Column,
				What: p.What, Instead: p.Instead})
		}
	}
	return problems
}

// readClaims reads the scenarios that have claims: those of the folder scenarios and
// the files given besides. All problems are reported at once; an ID is unique over all.
func readClaims(more []string) ([]*scenario.Scenario, error) {
	files, err := scenario.Files(scenariosDir)
	if err != nil {
		return nil, err
	}
	for _, file := range more {
		if !slices.ContainsFunc(files, func(f string) bool { return sameFile(f, file) }) {
			files = append(files, file)
		}
	}
	var list []*scenario.Scenario
	var broken []error
	var problems strict.Problems
	first := map[string]scenario.Position{}
	for _, file := range files {
		sc, err := scenario.ReadFile(file)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		problems = append(problems, checkClaims(sc)...)
		for _, c := range sc.Claims {
			at := c.Pos["id"]
			if other, twice := first[c.ID]; twice {
				problems = append(problems, strict.Problem{File: at.File, Line: at.Line, Column: at.Column,
					What:    fmt.Sprintf("claim %s is also in %s:%d:%d", c.ID, other.File, other.Line, other.Column),
					Instead: "give one of them another id"})
				continue
			}
			first[c.ID] = at
		}
		if len(sc.Claims) > 0 {
			list = append(list, sc)
		}
	}
	return list, errors.Join(append(broken, problems.Err())...)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// scenarios reads what the names ask for: scenarios whole, of others what the claims
// named need, all of them where nothing is named. With --short it is cut.
func (f *claimFlags) scenarios(names []string) ([]*scenario.Scenario, error) {
	var paths []string
	for _, name := range names {
		if file, err := scenario.Find(scenariosDir, name); err == nil {
			paths = append(paths, file)
		}
	}
	all, err := readClaims(paths)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(all, names)
	if err != nil {
		return nil, err
	}
	if f.short {
		chosen = shortClaims(chosen)
	}
	for i, sc := range chosen {
		cut := *sc
		if err := f.retry(&cut); err != nil {
			return nil, err
		}
		chosen[i] = &cut
	}
	if len(chosen) == 0 {
		what := "a claim"
		if f.short {
			what += " with core: true"
		}
		return nil, fmt.Errorf("no scenario has %s: add one (docs/claims.md)", what)
	}
	return chosen, nil
}

// choose keeps what is named.
func choose(all []*scenario.Scenario, names []string) ([]*scenario.Scenario, error) {
	if len(names) == 0 {
		return all, nil
	}
	whole, ids := map[*scenario.Scenario]bool{}, map[string]bool{}
	for _, name := range names {
		i := slices.IndexFunc(all, func(sc *scenario.Scenario) bool { return goesBy(sc, name) })
		if i >= 0 {
			whole[all[i]] = true
			continue
		}
		if valid := claimIDs(all); !slices.Contains(valid, name) {
			if file, err := scenario.Find(scenariosDir, name); err == nil {
				return nil, fmt.Errorf("%s has no claims (docs/claims.md says how to add one)", file)
			}
			for _, sc := range all {
				valid = append(valid, sc.Name)
			}
			what, instead := strict.Unknown("scenario or claim", name, valid)
			return nil, errors.New(what + ": " + instead)
		}
		ids[name] = true
	}
	var kept []*scenario.Scenario
	for _, sc := range all {
		if !whole[sc] {
			sc = scenario.ForClaims(sc, func(c *record.Claim) bool { return ids[c.ID] })
		}
		if sc != nil {
			kept = append(kept, sc)
		}
	}
	return kept, nil
}

// goesBy says that a scenario is meant by a name, or a path.
func goesBy(sc *scenario.Scenario, name string) bool {
	return strings.TrimSuffix(filepath.Base(sc.File), ".yaml") == name || sameFile(sc.File, name)
}

func claimIDs(all []*scenario.Scenario) (ids []string) {
	for _, sc := range all {
		for _, c := range sc.Claims {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// work reads and plans what the names ask for; everything that is wrong is said at once.
func (f *claimFlags) work(names []string) ([]claimWork, error) {
	list, err := f.scenarios(names)
	if err != nil {
		return nil, usage(err)
	}
	var work []claimWork
	var broken []error
	for _, sc := range list {
		w := claimWork{sc: sc}
		if isMeasured(sc) {
			if w.plan, err = f.planOf(sc); err != nil {
				broken = append(broken, err)
			}
		}
		work = append(work, w)
	}
	return work, errors.Join(broken...)
}

// isMeasured says that at least one claim of the scenario is measured.
func isMeasured(sc *scenario.Scenario) bool {
	return slices.ContainsFunc(sc.Claims, func(c scenario.Claim) bool { return len(c.Needs()) > 0 })
}

// claimCount is how many claims a scenario settles, in words behind its title.
func claimCount(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + metric.Count(n, "claim") + ")"
}
