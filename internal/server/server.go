// Package server describes a server under test as data: the server.yaml beside
// its source says how to build and run it, in any language, what a scenario may
// set, and how much it can carry at once. Bind ties the rows of a scenario to
// these descriptions; nothing here builds or starts anything.
package server

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// File is the name of a description.
const File = "server.yaml"

// Server is one description.
type Server struct {
	Name        string
	Summary     string
	Language    string
	Dir         string             // working directory of build and run, absolute
	Build       []string           // command with placeholders; nil: nothing to build
	Run         []string           // command with placeholders
	Settings    []contract.Setting // complete, in the order of the file
	Concurrency []string           // their product is the blocking capacity; nil: unbounded
	Fanout      string             // sequential, concurrent or "{setting}"
	ClientPool  string             // connections of a process to its providers, or "{setting}"; "": not said
	PoolPer     string             // PerProvider or PerServer
	Routes      []Route            // nil: every path is answered alike
	Requires    []string           // names in the registry of requirements
	Packages    []Package          // what a Python program needs, pinned
	Source      string             // path of the description
}

// How the connections of a client pool are counted.
const (
	PerProvider = "provider" // so many to each provider
	PerServer   = "server"   // so many to all providers together, as one session of aiohttp has
)

// LanguagePython is the Language of what an interpreter runs that takes its time to start.
const LanguagePython = "python"

// Placeholders of commands, beside the names of the settings.
const (
	PlaceBin       = "bin"       // the binary the build makes
	PlaceHost      = "host"      // address to listen on
	PlacePort      = "port"      // port to listen on
	PlaceProcesses = "processes" // number of processes
	PlacePython    = "python"    // interpreter of the nearest .venv, or else python3
)

// places are the placeholders that are no settings.
func places() []string { return []string{PlaceBin, PlaceHost, PlacePort, PlaceProcesses, PlacePython} }

// Setting is the setting of a name.
func (s Server) Setting(name string) (contract.Setting, bool) {
	i := slices.IndexFunc(s.Settings, func(c contract.Setting) bool { return c.Name == name })
	if i < 0 {
		return contract.Setting{}, false
	}
	return s.Settings[i], true
}

// SettingNames lists the settings, in the order of the file.
func (s Server) SettingNames() []string {
	var names []string
	for _, c := range s.Settings {
		names = append(names, c.Name)
	}
	return names
}

// BuildCommand is the command that makes the binary bin; nil where there is
// nothing to build. It runs in Dir.
func (s Server) BuildCommand(bin string) []string {
	return expand(s.Build, map[string]string{PlaceBin: absolute(bin)})
}

// absolute makes a path independent of the working directory.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// expand replaces "{name}" in every word of a command.
func expand(command []string, values map[string]string) []string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	replacer := strings.NewReplacer(pairs...)
	var words []string
	for _, word := range command {
		words = append(words, replacer.Replace(word))
	}
	return words
}
