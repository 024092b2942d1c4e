package run

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// serverSettings are given to every server and recorded: without them a ranking
// of memory would be one of garbage collector policies.
func serverSettings() map[string]string {
	return map[string]string{"GOGC": "100", "GOMEMLIMIT": "off"}
}

// fingerprint describes the machine and the build.
func fingerprint(m plan.Machine) record.Environment {
	env := record.Environment{
		OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: len(m.CPUs), Go: runtime.Version(),
		OpenFiles: m.Files, Settings: serverSettings(),
	}
	cpuinfo := readTable("/proc/cpuinfo")
	env.CPU = cpuinfo["model name"]
	env.Hypervisor = strings.Contains(" "+cpuinfo["flags"]+" ", " hypervisor ")
	env.Kernel = firstLine("/proc/sys/kernel/osrelease")
	env.MemoryBytes = kilobytes(readTable("/proc/meminfo")["MemTotal"])
	if info, ok := debug.ReadBuildInfo(); ok {
		env.Commit = commit(info.Settings)
	}
	return env
}

func commit(settings []debug.BuildSetting) (rev string) {
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			rev = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			rev += "+dirty"
		}
	}
	return rev
}

// readTable reads "name : value" lines; the first of a name counts. A file that
// is not there (another system) gives an empty table.
func readTable(path string) map[string]string {
	table := map[string]string{}
	data, err := os.ReadFile(path)
	if err != nil {
		return table
	}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(line, ":")
		if _, seen := table[strings.TrimSpace(name)]; ok && !seen {
			table[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return table
}

func firstLine(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return line
}

// kilobytes reads "16384 kB" as bytes; 0 where there is none.
func kilobytes(s string) uint64 {
	n, err := strconv.ParseUint(strings.TrimSuffix(s, " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}
