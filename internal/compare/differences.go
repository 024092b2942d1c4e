package compare

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// Why figures are not set against each other, for whole records.
const (
	anotherScenario = "another scenario"
	anotherLength   = "a short run against a full one"
	anotherMachine  = "another machine"
	otherCores      = "other cores of it"
)

// unlike are the differences, by their names in run.json, for which no figure of one
// record means what it does in the other. How fast a core was is none: on a virtual
// machine that is the hour, too.
func unlike(name string) string {
	switch name {
	case "hash":
		return anotherScenario
	case "short":
		return anotherLength
	case "os", "arch", "cpu", "cores", "hypervisor", "cpu_quota":
		return anotherMachine
	}
	return ""
}

// differences lists in what two runs differ: what was run, by what, where, and how.
func differences(a, b *record.Run) (list []Difference) {
	for _, d := range record.Differences(a, b) {
		list = append(list, Difference{d.What, d.A, d.B, unlike(d.Name)})
	}
	for _, c := range conditions() {
		list = add(list, c.what, c.of(a), c.of(b), c.unlike)
	}
	return list
}

func add(list []Difference, what, a, b, unlike string) []Difference {
	if a == b {
		return list
	}
	return append(list, Difference{what, orNone(a), orNone(b), unlike})
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// condition is one of how the measurement was made.
type condition struct {
	what   string
	of     func(*record.Run) string
	unlike string
}

// conditions are also part of the scenario's text: a difference among many lines would be
// overlooked there. Those of the cores are as the run had them, not as it was asked to.
func conditions() []condition {
	sc := func(what string, of func(*record.Scenario) any) condition {
		return condition{what, func(r *record.Run) string { return fmt.Sprint(of(&r.Scenario)) }, ""}
	}
	return []condition{
		{"state of the run", func(r *record.Run) string { return r.Status }, ""},
		sc("seed", func(s *record.Scenario) any { return s.Seed }),
		sc("trials", func(s *record.Scenario) any { return s.Trials }),
		sc("window", func(s *record.Scenario) any { return s.Duration }),
		sc("warm-up", func(s *record.Scenario) any { return s.Warmup }),
		sc("slices of a trial", func(s *record.Scenario) any { return slicesWords(s.Slices) }),
		sc("drain", func(s *record.Scenario) any { return s.Drain }),
		sc("timeout of a request", func(s *record.Scenario) any { return s.Timeout }),
		sc("most in flight", func(s *record.Scenario) any { return s.MaxInFlight }),
		{"isolation", func(r *record.Run) string { return r.Cores.Isolation }, otherCores},
		{"cores of the server", func(r *record.Run) string { return numbers(r.Cores.Server) }, otherCores},
		{"cores of generator and providers", func(r *record.Run) string { return numbers(r.Cores.Load) }, otherCores},
	}
}

func slicesWords(s *record.Slices) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%d, each after %v", s.Count, s.Warmup)
}

func numbers(ns []int) string {
	var parts []string
	for _, n := range ns {
		parts = append(parts, fmt.Sprint(n))
	}
	return strings.Join(parts, ",")
}

// rowDifferences lists in what the configurations of two rows differ, and whether the
// same program was run.
func rowDifferences(a, b *record.Subject) (list []Difference) {
	list = add(list, "server", a.Server, b.Server, "")
	list = add(list, "language", a.Language, b.Language, "")
	list = add(list, "path", a.Path, b.Path, "")
	list = add(list, "processes", fmt.Sprint(a.Processes), fmt.Sprint(b.Processes), "")
	list = add(list, "fan-out", a.Fanout, b.Fanout, "")
	list = add(list, "binary", short(a.Binary), short(b.Binary), "")
	for _, name := range keys(a.Settings, b.Settings) {
		list = add(list, "setting "+name, a.Settings[name], b.Settings[name], "")
	}
	for _, name := range []string{contract.EnvDatabaseURL, contract.EnvRedisURL} {
		list = add(list, name, anyPort(a.Environment[name]), anyPort(b.Environment[name]), "")
	}
	return list
}

func keys(a, b map[string]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// short is a hash as people write it.
func short(hash string) string { return hash[:min(len(hash), 12)] }

// anyPort leaves the port of a loopback address out: services of one's own have another
// one every time.
func anyPort(url string) string { return loopback.ReplaceAllString(url, "$1:…") }

var loopback = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\]):\d+`)

// NotInterleaved is what every comparison of two records is subject to.
const NotInterleaved = "not interleaved: what differs may be the hour, not the code"

// warnings are what a reader must know before the first figure.
func warnings(r *Report, a, b *record.Run) []string {
	list := []string{NotInterleaved + " (" + apart(a.Started, b.Started) + ")"}
	if x, y := a.Environment.RoundsPerMS, b.Environment.RoundsPerMS; x > 0 && y > 0 && min(x, y) <= 0.9*max(x, y) {
		list = append(list, fmt.Sprintf("a core was %.2f times as fast in b as in a: CPU per request, and what is bound by CPU, "+
			"differ for that alone", y/x))
	}
	for _, why := range r.Refused {
		list = append(list, "nothing is ranked: "+why)
	}
	if r.Compared > 0 {
		list = append(list, fmt.Sprintf("%d figures have an interval of %g%% each, %d are told apart: if nothing differed, about %.1f would be",
			r.Compared, 100*Confidence, r.Apart, r.Chance))
	}
	return list
}

// apart says how far the runs lie from each other in time.
func apart(a, b time.Time) string {
	switch d := b.Sub(a).Round(time.Second); {
	case d == 0:
		return "begun at the same moment"
	case d < 0:
		return fmt.Sprintf("b began %v before a", -d)
	default:
		return fmt.Sprintf("b began %v after a", d)
	}
}
