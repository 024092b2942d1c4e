package doctor

import "fmt"

// shortQueue is below the default of kernels since 5.4.
const shortQueue = 1024

// listenQueue: connections that arrive together wait in it; beyond it they are
// dropped and come again a second later.
func listenQueue(f *Facts) []Finding {
	if f.Somaxconn == nil {
		return unknown("the limit of the listen queue is not known here")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("at most %d connections wait to be accepted (somaxconn)", *f.Somaxconn)}
	if f.SynBacklog != nil {
		finding.Found += fmt.Sprintf(", %d to be made (tcp_max_syn_backlog)", *f.SynBacklog)
	}
	const seconds = "a burst of new connections overflows it: some answers then take whole seconds more"
	switch {
	case f.Need != nil && f.Need.Flight > *f.Somaxconn:
		finding.Level, finding.Means = Note, fmt.Sprintf("scenario %s may open %d at once: %s", f.Need.Scenario, f.Need.Flight, seconds)
		finding.Command = fmt.Sprintf("sudo sysctl -w net.core.somaxconn=%d", f.Need.Flight)
	case *f.Somaxconn < shortQueue:
		finding.Level, finding.Means = Note, seconds
		finding.Command = "sudo sysctl -w net.core.somaxconn=4096"
	}
	return one(finding)
}
