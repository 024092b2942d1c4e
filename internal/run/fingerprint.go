package run

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/machine"
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
	facts := kernelFacts()
	env.CPU, env.Hypervisor, env.Kernel = facts.CPU, facts.Hypervisor, facts.Kernel
	env.MemoryBytes, env.Governor = facts.MemoryBytes, strings.Join(facts.Governors, ",")
	if facts.TWReuse != nil {
		env.TWReuse = strconv.Itoa(*facts.TWReuse)
	}
	if facts.Ports != nil {
		env.PortRange = facts.Ports.String()
	}
	if facts.Cgroup.CPU != nil {
		env.CPUQuota = *facts.Cgroup.CPU
	}
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

// kernelFacts reads what the kernel says of this machine now.
func kernelFacts() machine.Facts { return machine.Read(os.DirFS("/")) }
