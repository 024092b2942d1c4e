// Package doctor says whether this machine can measure honestly: what it found,
// what that means for results, and the command that mends it. Reading and testing
// the machine is one half (Look); judging is the other, and pure: values in,
// findings out, a file for each check.
package doctor

// Level of a finding.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Note Level = "note" // results hold, with something to know about them
	Bad  Level = "bad"  // what is measured here cannot be believed
	NA   Level = "n/a"  // cannot be told on this system
)

// Finding is one line of the report.
type Finding struct {
	Check   string `json:"check"`
	Level   Level  `json:"level"`
	Found   string `json:"found"`
	Means   string `json:"means,omitempty"`   // for results
	Command string `json:"command,omitempty"` // that mends it
}

// check judges one thing; its findings need no name, it is filled in.
type check struct {
	name  string
	judge func(*Facts) []Finding
}

// checks is the registry: one line each.
func checks() []check {
	return []check{
		{"cores", cores},
		{"governor", governor},
		{"hypervisor", hypervisor},
		{"stalls", stalls},
		{"speed", speed},
		{"descriptors", descriptors},
		{"ports", ports},
		{"time-wait", timeWait},
		{"listen-queue", listenQueue},
		{"cgroup", cgroup},
		{"installed", installed},
	}
}

// Report is everything found.
type Report struct {
	Findings []Finding `json:"findings"`
	Noise    *Noise    `json:"noise,omitempty"`
	Steal    *float64  `json:"steal,omitempty"` // share of all CPU time during the test
}

// Judge finds what there is to say about a machine.
func Judge(f *Facts) Report {
	r := Report{Findings: []Finding{}, Noise: f.Noise, Steal: f.Steal}
	for _, c := range checks() {
		for _, finding := range c.judge(f) {
			finding.Check = c.name
			r.Findings = append(r.Findings, finding)
		}
	}
	return r
}

// Bad lists the checks that make results here not to be believed, each once.
func (r Report) Bad() (names []string) {
	for _, f := range r.Findings {
		if f.Level == Bad && (len(names) == 0 || names[len(names)-1] != f.Check) {
			names = append(names, f.Check)
		}
	}
	return names
}

func one(f Finding) []Finding { return []Finding{f} }

func unknown(why string) []Finding { return one(Finding{Level: NA, Found: why}) }
