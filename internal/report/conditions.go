package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// warnings are what a reader must know before the first number.
func warnings(r *Report) []string {
	var lines []string
	pending := 0
	for i := range r.Run.Cells {
		if c := &r.Run.Cells[i]; c.Status != record.StatusOK && c.Status != record.StatusFailed {
			pending++
		}
	}
	if r.Run.Status != record.StatusComplete {
		line := strings.ToUpper(r.Run.Status)
		if r.Run.Note != "" {
			line += ": " + r.Run.Note
		}
		lines = append(lines, line)
	}
	if pending > 0 {
		lines = append(lines, fmt.Sprintf("%d of %s not measured", pending, metric.Count(len(r.Run.Cells), "cell")))
	}
	if r.Run.Scenario.Short {
		lines = append(lines, "a short run: not comparable with a full one")
	}
	if r.Summary.Trimmed && !r.Summary.Saved {
		lines = append(lines, "the record has been trimmed of raw requests, and there is no saved summary: "+
			"what needs them is n/a")
	}
	if r.Run.Cores.Note != "" {
		lines = append(lines, r.Run.Cores.Note)
	}
	return lines
}

// conditions are the lines that say what was measured, where and how.
func conditions(r *Report) []string {
	s, e := &r.Run.Scenario, &r.Run.Environment
	how := fmt.Sprintf("%s of %v after %v of warm-up, seed %d; %s",
		metric.Count(s.Trials, "trial"), s.Duration, s.Warmup, s.Seed, coreWords(&r.Run.Cores))
	if s.Slices != nil {
		how = fmt.Sprintf("%s of %s of %v that alternate between the rows, after %v of warm-up, %v before each further "+
			"slice, seed %d; %s", metric.Count(s.Trials, "trial"), metric.Count(s.Slices.Count, "slice"), s.Duration,
			s.Warmup, s.Slices.Warmup, s.Seed, coreWords(&r.Run.Cores))
		if s.Slices.Together {
			how += "; all loads of a trial on the same servers"
		}
	}
	if len(r.Run.Searches) > 0 && !slices.ContainsFunc(r.Run.Loads, func(l record.Load) bool {
		return l.Kind != record.CapacityKind
	}) {
		how = fmt.Sprintf("searches of each row: %d, seed %d; %s", s.Trials, s.Seed, coreWords(&r.Run.Cores))
	}
	machine := fmt.Sprintf("%s/%s, %s", e.OS, e.Arch, metric.Count(e.Cores, "core"))
	for _, part := range []string{e.CPU, e.Kernel, e.Go} {
		if part != "" {
			machine += ", " + part
		}
	}
	if e.Hypervisor {
		machine += ", virtual machine"
	}
	var providers []string
	for _, name := range slices.Sorted(maps.Keys(s.Providers)) {
		providers = append(providers, name+" "+latency.Brief(s.Providers[name].Latency))
	}
	if len(providers) == 0 {
		providers = []string{"none is called"}
	}
	lines := []string{how, machine, "providers: " + strings.Join(providers, ", ")}
	if words := requestWords(s); words != "" {
		lines = append(lines, words)
	}
	if same := sameSettings(r.Run.Subjects); same != "" {
		lines = append(lines, "every row: "+same)
	}
	if s.SLO != nil {
		lines = append(lines, "SLO: "+metric.SLOWords(s.SLO))
	}
	if s.Document != "" {
		lines = append(lines, strings.TrimSuffix("source: "+s.Document+", "+s.Section, ", "))
	}
	return lines
}

// requestWords says what is special about the notifications; nothing where each goes
// to one address of every channel.
func requestWords(s *record.Scenario) string {
	if s.Method != "" {
		return "requests are " + s.Method + ", without a notification"
	}
	var parts []string
	if s.Recipients != "" {
		parts = append(parts, "to "+s.Recipients+" of the store")
	}
	if s.Devices > 1 {
		parts = append(parts, fmt.Sprintf("each push to %d devices", s.Devices))
	}
	if s.Keyed {
		parts = append(parts, "with an idempotency key")
	}
	if len(parts) == 0 {
		return ""
	}
	return "notifications " + strings.Join(parts, ", ")
}

// sameSettings are the well-known settings that every row has at the same value,
// which no label tells, where that is not the default: the defaults are in the record.
func sameSettings(rows []record.Subject) string {
	var parts []string
	for _, c := range contract.Settings() {
		value := ""
		if len(rows) > 0 {
			value = rows[0].Settings[c.Name]
		}
		differs := func(s record.Subject) bool { return s.Settings[c.Name] != value }
		if value != "" && !sameValue(c, value) && !slices.ContainsFunc(rows, differs) {
			parts = append(parts, c.Name+"="+value)
		}
	}
	return strings.Join(parts, " ")
}

// sameValue says that a value is the default, in whatever form.
func sameValue(c contract.Setting, value string) bool {
	if c.Type == contract.TypeDuration {
		a, err1 := time.ParseDuration(value)
		b, err2 := time.ParseDuration(c.Default)
		return err1 == nil && err2 == nil && a == b
	}
	return value == c.Default
}

func coreWords(c *record.Cores) string {
	if len(c.Server) == 0 {
		return "cores shared by all"
	}
	return fmt.Sprintf("server on cpu %s, generator and providers on cpu %s", numbers(c.Server), numbers(c.Load))
}

func numbers(ns []int) string {
	var parts []string
	for _, n := range ns {
		parts = append(parts, fmt.Sprint(n))
	}
	return strings.Join(parts, ",")
}

// loadWords introduces the table of a load.
func loadWords(l *record.Load) string {
	if !l.Open {
		return metric.Count(l.Connections, "connection") +
			", closed loop: p50 and p99 are service times, from the actual send"
	}
	if l.Kind == record.CapacityKind {
		return "search for the highest rate that meets the SLO, " + l.Spec
	}
	return l.Spec + ", open loop: p50 and p99 are response times, from the intended send"
}
