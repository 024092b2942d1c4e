package doctor

import "fmt"

// enough memory for a server, the generator, the providers and the report.
const enough = 1 << 30

// cgroup: a quota stops everything for the rest of each period once it is used up.
func cgroup(f *Facts) (list []Finding) {
	if q := f.Cgroup.CPU; q != nil {
		finding := Finding{Level: Note, Found: fmt.Sprintf("a CPU quota of %.3g cores", *q),
			Means: "a busy server is stopped for the rest of each period: stalls of tens of milliseconds"}
		const lift = "start the container without a CPU limit (docker run without --cpus)"
		switch {
		case *q < 1:
			finding.Level, finding.Command = Bad, lift
			finding.Means = "less than one core for server, generator and providers together"
		case *q < float64(len(f.CPUs)):
			finding.Command = lift
		default:
			finding.Level, finding.Means = OK, "no less than the usable cores"
		}
		list = append(list, finding)
	}
	if m := f.Cgroup.Memory; m != nil {
		finding := Finding{Level: OK, Found: fmt.Sprintf("a memory limit of %d MiB", *m>>20)}
		if *m < enough {
			finding.Level, finding.Means = Note, "a server with a long queue may be killed; that reads as a failed cell"
			finding.Command = "allow at least 1 GiB"
		}
		list = append(list, finding)
	}
	if len(list) == 0 {
		return one(Finding{Level: OK, Found: "no limit of CPU or memory seen"})
	}
	return list
}
