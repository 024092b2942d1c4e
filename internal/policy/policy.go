// Package policy reads what a team agrees on before a gate is run: the file gate.yaml,
// which says what is compared, by which metrics, and how much worse each may get.
// Everything wrong with a file is reported at once, each problem as file:line:column,
// what it is, and what to write instead.
//
// Every key has a default: {} is a whole policy, for a scenario gate with the loads that the
// default metrics name.
// Which metrics there are is known elsewhere and is an argument, as is how a scenario
// is found; nothing here measures.
package policy

import (
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

// File is a policy, resolved: defaults filled in, everything checked.
type File struct {
	Scenario *scenario.Scenario
	Rows     []string // labels of the rows that are gated, in the order of the scenario
	// Busy is the share of what the base can do here at which it is sent open load: 0: the
	// rate stays as the scenario has it.
	Busy   float64
	Budget time.Duration // of one server, builds left out
	Warn   bool          // INCONCLUSIVE fails nothing
	Gate   gate.Policy
	Path   string // where it was read
}

// Metric is one that may be gated.
type Metric struct {
	ID     string
	Unit   string // that of a floor: record.UnitDuration, UnitBytes, UnitRate, UnitShare; others are plain numbers
	Higher bool   // it is better where it is higher
}

// Known is what a policy may name.
type Known struct {
	Metrics []Metric
	// Scenario reads the scenario of a name, or of a path as the policy has it.
	Scenario func(name string) (*scenario.Scenario, error)
}

// Open is the load whose rate Busy sets: the one of a constant rate; "" where there is
// none, or more than one.
func (f *File) Open() string {
	if names := constant(f.Scenario); len(names) == 1 {
		return names[0]
	}
	return ""
}

// constant lists the loads of a constant rate, evenly spaced or not.
func constant(sc *scenario.Scenario) (names []string) {
	for _, l := range sc.Loads {
		if l.Search != nil || shape.Changing(l.Shape) {
			continue
		}
		if _, closed := shape.Closed(l.Shape); !closed {
			names = append(names, l.Name)
		}
	}
	return names
}
