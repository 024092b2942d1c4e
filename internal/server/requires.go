package server

import (
	"os/exec"
	"slices"
)

// requirement is something a server needs on the machine, beside Go.
type requirement struct {
	name    string
	lacks   func(s Server) (what string, lacking bool) // what may be empty: all of it
	install string                                     // the command that installs it
}

// requirements is the registry: one line each.
func requirements() []requirement {
	return []requirement{
		{requiresPython, lacksPython, makePython},
	}
}

func onPath(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func requirementNames() []string {
	var names []string
	for _, r := range requirements() {
		names = append(names, r.name)
	}
	return names
}

// Missing says what the machine lacks to run the server, "not installed:
// <command>", and in brackets what it has not all of; "" where it lacks nothing.
func (s Server) Missing() string { return s.missing(requirements()) }

func (s Server) missing(registry []requirement) string {
	for _, r := range registry {
		if !slices.Contains(s.Requires, r.name) {
			continue
		}
		what, lacking := r.lacks(s)
		switch {
		case !lacking:
		case what == "":
			return "not installed: " + r.install
		default:
			return "not installed: " + r.install + " (" + what + ")"
		}
	}
	return ""
}
