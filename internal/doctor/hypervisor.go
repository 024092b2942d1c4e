package doctor

import "fmt"

// Shares of CPU time that a hypervisor may take: as the check of a cell has them.
const (
	stealFlag    = 0.01
	stealInvalid = 0.05
)

// hypervisor: what it takes away looks like a slow server.
func hypervisor(f *Facts) []Finding {
	where := "no hypervisor seen"
	if f.Hypervisor {
		where = "a virtual machine"
	}
	if f.Steal == nil {
		return unknown(where + "; time taken by a hypervisor is not reported here")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("%s, %.2f%% of the time taken from it during the test", where, 100**f.Steal)}
	switch {
	case *f.Steal > stealInvalid:
		finding.Level, finding.Means = Bad, "other machines on this host take more than 5%: no result can be told from theirs"
		finding.Command = "wait, or move to a host that is not shared"
	case *f.Steal > stealFlag:
		finding.Level, finding.Means = Note, "above 1% cells are flagged, above 5% invalid"
	case f.Hypervisor:
		finding.Level, finding.Means = Note, "its speed drifts with its neighbours: compare interleaved rows only, not runs hours apart"
	}
	return one(finding)
}
