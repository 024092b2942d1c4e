package server

import (
	"os/exec"
	"slices"
)

// requirement is something a server needs on the machine, beside Go.
type requirement struct {
	name      string
	installed func() bool
	install   string // the command that installs it
}

// requirements is the registry: one line each.
func requirements() []requirement {
	return []requirement{
		{"python", onPath("python3"), "make python"},
	}
}

func onPath(program string) func() bool {
	return func() bool {
		_, err := exec.LookPath(program)
		return err == nil
	}
}

func requirementNames() []string {
	var names []string
	for _, r := range requirements() {
		names = append(names, r.name)
	}
	return names
}

// Missing says what the machine lacks to run the server, "not installed:
// <command>"; "" where it lacks nothing.
func (s Server) Missing() string { return missing(s.Requires, requirements()) }

func missing(names []string, registry []requirement) string {
	for _, r := range registry {
		if slices.Contains(names, r.name) && !r.installed() {
			return "not installed: " + r.install
		}
	}
	return ""
}
