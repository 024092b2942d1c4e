package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// Where things are, from the root of a checkout.
const (
	scenariosDir = "scenarios"
	serversDir   = "servers"
	binDir       = "bin/servers"
	runsDir      = "results/runs"
)

// selection are the flags that say what to plan or run.
type selection struct {
	servers []string
	only    []string
	trials  int
	seed    uint64
	short   bool

	searches bool // only capacity searches, one if the scenario has none
}

func (s *selection) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&s.servers, "servers", nil, "more servers: `DIR` with a server.yaml, or with folders of them (repeatable)")
	f.StringArrayVar(&s.only, "only", nil, "only the rows of this server or with this `LABEL` (repeatable)")
	f.IntVar(&s.trials, "trials", 0, "trials of each cell instead of the scenario's")
	f.Uint64Var(&s.seed, "seed", 1, "seed of order, arrivals and provider delays")
	f.BoolVar(&s.short, "short", false, "the whole scenario in at most 60 s: to try out, not to compare")
}

// plan reads the scenario and the servers and makes the plan.
func (s *selection) plan(name string) (*plan.Plan, error) {
	sc, err := s.scenario(name)
	if err != nil {
		return nil, usage(err)
	}
	return s.planOf(sc)
}

// planOf makes the plan of a scenario.
func (s *selection) planOf(sc *scenario.Scenario) (*plan.Plan, error) {
	servers, err := findServers(s.servers)
	if err != nil {
		return nil, usage(err)
	}
	machine, err := lookAtMachine()
	if err != nil {
		return nil, err
	}
	p, err := plan.Make(sc, servers, machine, s.seed)
	var files *plan.FilesError
	if err != nil && !errors.As(err, &files) {
		return nil, usage(err)
	}
	if err == nil {
		p.Short = s.short
	}
	return p, err
}

func (s *selection) scenario(name string) (*scenario.Scenario, error) {
	file, err := scenario.Find(scenariosDir, name)
	if err != nil {
		return nil, err
	}
	sc, err := scenario.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := checkClaims(sc).Err(); err != nil {
		return nil, err
	}
	if sc, err = s.narrow(sc); err != nil {
		return nil, err
	}
	if s.searches {
		if sc, err = scenario.OnlySearches(sc); err != nil {
			return nil, err
		}
	}
	if s.short {
		sc = scenario.Short(sc)
	}
	return sc, s.retry(sc)
}

// retry sets the trials that --trials gives.
func (s *selection) retry(sc *scenario.Scenario) error {
	switch {
	case s.trials < 0 || s.trials > 100:
		return fmt.Errorf("--trials %d: from 1 to 100", s.trials)
	case s.trials > 0:
		sc.Trials = s.trials
	}
	return nil
}

// narrow keeps the rows that --only names.
func (s *selection) narrow(sc *scenario.Scenario) (*scenario.Scenario, error) {
	if len(s.only) == 0 {
		return sc, nil
	}
	var valid, kept, loads []string
	for _, row := range sc.Servers {
		valid = append(valid, row.Label)
		if slices.Contains(s.only, row.Label) || slices.Contains(s.only, row.Name) {
			kept = append(kept, row.Label)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("--only %s: no such row in scenario %s (valid: %s)",
			strings.Join(s.only, " --only "), sc.Name, strings.Join(valid, ", "))
	}
	for _, l := range sc.Loads {
		loads = append(loads, l.Name)
	}
	return scenario.Only(sc, kept, loads), nil
}

// findServers looks in servers/, where there is one, and in the folders given. Where some are
// given, a servers/ without any description is a folder of somebody's own.
func findServers(more []string) ([]server.Server, error) {
	dirs := more
	_, err := os.Stat(serversDir)
	described, _ := filepath.Glob(filepath.Join(serversDir, "*", server.File)) // the pattern is well formed
	if !errors.Is(err, fs.ErrNotExist) && (len(more) == 0 || len(described) > 0) {
		dirs = append([]string{serversDir}, more...)
	}
	return server.Find(dirs)
}

// lookAtMachine reads what a plan needs to know.
func lookAtMachine() (plan.Machine, error) {
	cpus, err := proc.UsableCPUs()
	if err != nil {
		return plan.Machine{}, err
	}
	files, err := proc.FileLimit()
	if err != nil {
		return plan.Machine{}, fmt.Errorf("read the limit of open files: %w", err)
	}
	return plan.Machine{CPUs: cpus, Siblings: proc.Siblings(cpus), CanPin: proc.CanPin, Files: files}, nil
}
