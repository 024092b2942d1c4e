package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/policy"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// policyFiles is where a policy is looked for.
var policyFiles = []string{"gate.yaml", "notifybench/gate.yaml"}

// readPolicy reads the policy, and narrows it to what the command line asks for.
func (f *gateFlags) readPolicy(rows []string) (*policy.File, error) {
	path, err := f.policyPath()
	if err != nil {
		return nil, err
	}
	p, err := policy.Read(path, gateable(), scenariosDir)
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		if p.Rows, err = rowsNamed(p.Scenario, rows); err != nil {
			return nil, err
		}
	}
	if f.budget > 0 {
		p.Budget = f.budget
	}
	if f.short {
		shorten(p)
	}
	return p, nil
}

// rowsNamed are the rows of a scenario that are named, in its order.
func rowsNamed(sc *scenario.Scenario, names []string) (rows []string, err error) {
	var valid []string
	for _, row := range sc.Servers {
		valid = append(valid, row.Label)
		if slices.Contains(names, row.Label) {
			rows = append(rows, row.Label)
		}
	}
	for _, name := range names {
		if !slices.Contains(valid, name) {
			what, instead := strict.Unknown("row", name, valid)
			return nil, fmt.Errorf("%s: %s", what, instead)
		}
	}
	return rows, nil
}

func (f *gateFlags) policyPath() (string, error) {
	if f.policy != "" {
		return f.policy, nil
	}
	for _, path := range policyFiles {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", fmt.Errorf("no policy: there is neither %s; notifybench init writes one, --policy FILE names one", strings.Join(policyFiles, " nor "))
}

// What a short gate looks for: enough to find what is wrong, or worse by a quarter.
const (
	shortEffect    = 0.25
	shortTolerance = 0.50
	shortBlocks    = 8
)

// shorten makes a policy of one look with shorter slices, that says little but says it soon.
func shorten(p *policy.File) {
	sc := *p.Scenario
	sc.Duration /= 2
	p.Scenario = &sc
	p.Gate.Looks, p.Gate.Confirm = []int{shortBlocks}, shortBlocks
	p.Gate.Rules = slices.Clone(p.Gate.Rules)
	for i := range p.Gate.Rules {
		r := &p.Gate.Rules[i]
		r.Effect, r.Tolerance = max(r.Effect, shortEffect), max(r.Tolerance, shortTolerance)
	}
	p.Warn = true
}
