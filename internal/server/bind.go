package server

import (
	"errors"
	"slices"

	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// Bound is a row of a scenario and the server it means.
type Bound struct {
	Row      scenario.Server
	Resolved Resolved
}

// Bind ties every row of a scenario to its server. Unknown servers and settings,
// and values that a setting refuses, are reported all at once, where the
// scenario names them.
func Bind(sc *scenario.Scenario, servers []Server) ([]Bound, error) {
	var bound []Bound
	var problems strict.Problems
	for _, row := range sc.Servers {
		i := slices.IndexFunc(servers, func(s Server) bool { return s.Name == row.Name })
		if i < 0 {
			what, instead := strict.Unknown("server", row.Name, names(servers))
			problems = append(problems, problem(row.Pos, strict.Fault{What: what, Instead: instead}))
			continue
		}
		set, faults := settingsOf(sc, row, &servers[i])
		problems = append(problems, faults...)
		resolved, err := servers[i].Resolve(set, row.Processes)
		problems = append(problems, locate(row, err)...)
		if err == nil {
			problems = append(problems, resolved.take(sc, row)...)
			problems = append(problems, unfit(sc, row, &resolved)...)
		}
		bound = append(bound, Bound{Row: row, Resolved: resolved})
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return bound, nil
}

// locate gives the errors of one row their places.
func locate(row scenario.Server, err error) strict.Problems {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var problems strict.Problems
		for _, e := range many.Unwrap() {
			problems = append(problems, locate(row, e)...)
		}
		return problems
	}
	var setting *SettingError
	if !errors.As(err, &setting) {
		return strict.Problems{problem(row.Pos, strict.Fault{What: err.Error()})}
	}
	pos, given := row.SetPos[setting.Setting]
	if !given {
		pos = row.Pos
	}
	fault := setting.Fault
	fault.What = "server " + row.Name + ": " + fault.What
	return strict.Problems{problem(pos, fault)}
}

func problem(at scenario.Position, f strict.Fault) strict.Problem {
	return strict.Problem{File: at.File, Line: at.Line, Column: at.Column, What: f.What, Instead: f.Instead}
}

func names(servers []Server) []string {
	var list []string
	for _, s := range servers {
		list = append(list, s.Name)
	}
	return list
}
