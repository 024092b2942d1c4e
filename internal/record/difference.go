package record

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Difference is something in which two runs are not alike, in words.
type Difference struct {
	Name string // of the field in run.json: "kernel"
	What string // in words: "speed of a core …"
	A, B string // "6.1.0", "6.8.0"; "not known" where one does not say
	// Incomparable says that their figures have no common meaning: another
	// scenario, or another notifybench.
	Incomparable bool
}

// Differences lists in what two runs differ: first what makes them incomparable,
// then the fingerprints of their machines and settings.
func Differences(a, b *Run) []Difference {
	var list []Difference
	for _, f := range identity() {
		list = f.compare(list, a, b, true)
	}
	for _, f := range fingerprint() {
		list = f.compare(list, a, b, false)
	}
	return list
}

// field is one thing that two runs may differ in. Same decides for values that
// are measured and never quite equal; nil: equal texts.
type field struct {
	name string // as in run.json
	what string
	of   func(*Run) string // empty: not known
	same func(a, b *Run) bool
}

func (f field) compare(list []Difference, a, b *Run, incomparable bool) []Difference {
	x, y := f.of(a), f.of(b)
	if x == y || f.same != nil && f.same(a, b) {
		return list
	}
	return append(list, Difference{f.name, f.what, known(x), known(y), incomparable})
}

func known(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

// identity is what was run, by what.
func identity() []field {
	return []field{
		{name: "hash", what: "scenario", of: func(r *Run) string { return r.Scenario.Name + " " + short(r.Scenario.Hash) }},
		{name: "short", what: "length", of: func(r *Run) string {
			return map[bool]string{true: "a short run", false: "a full run"}[r.Scenario.Short]
		}},
		{name: "tool", what: "version of notifybench", of: func(r *Run) string { return r.Tool }},
		{name: "commit", what: "commit", of: func(r *Run) string { return short(r.Environment.Commit) }},
	}
}

// short is a hash as people write it, whatever is behind a "+" kept.
func short(hash string) string {
	id, rest, dirty := strings.Cut(hash, "+")
	id = id[:min(len(id), 12)]
	if dirty {
		return id + "+" + rest
	}
	return id
}

// fingerprint has every field of Environment but the commit.
func fingerprint() []field {
	env := func(name, what string, of func(*Environment) string) field {
		return field{name: name, what: what, of: func(r *Run) string { return of(&r.Environment) }}
	}
	return []field{
		env("os", "system", func(e *Environment) string { return e.OS }),
		env("arch", "architecture", func(e *Environment) string { return e.Arch }),
		env("kernel", "kernel", func(e *Environment) string { return e.Kernel }),
		env("cpu", "CPU", func(e *Environment) string { return e.CPU }),
		env("cores", "cores", func(e *Environment) string { return fmt.Sprint(e.Cores) }),
		env("memory_bytes", "memory", func(e *Environment) string { return positive(e.MemoryBytes, " bytes") }),
		env("go", "Go", func(e *Environment) string { return e.Go }),
		env("hypervisor", "machine", func(e *Environment) string {
			return map[bool]string{true: "virtual", false: "no hypervisor seen"}[e.Hypervisor]
		}),
		env("open_files", "limit of open files", func(e *Environment) string { return positive(e.OpenFiles, "") }),
		env("governor", "CPU governor", func(e *Environment) string { return e.Governor }),
		env("tcp_tw_reuse", "tcp_tw_reuse", func(e *Environment) string { return e.TWReuse }),
		env("port_range", "port range", func(e *Environment) string { return e.PortRange }),
		env("cpu_quota", "CPU quota of the cgroup", func(e *Environment) string { return positive(e.CPUQuota, " cores") }),
		env("settings", "settings of every server", func(e *Environment) string { return pairs(e.Settings) }),
		{name: "rounds_per_ms", what: "speed of a core (SHA-256 rounds a millisecond)", same: sameSpeed,
			of: func(r *Run) string { return positive(math.Round(r.Environment.RoundsPerMS), "") }},
	}
}

// sameSpeed allows for what the calibration of one machine varies by.
func sameSpeed(a, b *Run) bool {
	x, y := a.Environment.RoundsPerMS, b.Environment.RoundsPerMS
	return min(x, y) > 0.9*max(x, y)
}

func positive[N uint64 | float64](n N, unit string) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n) + unit
}

func pairs(m map[string]string) string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, k+"="+m[k])
	}
	return strings.Join(list, " ")
}
