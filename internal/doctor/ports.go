package doctor

import "fmt"

// fewPorts is what is left where somebody has narrowed the usual 28,232.
const fewPorts = 10_000

// ports: each connection to one destination takes a port of its own.
func ports(f *Facts) []Finding {
	if f.Ports == nil {
		return unknown("the range of outgoing ports is not known here")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("%d ports for outgoing connections (%s)", f.Ports.Count(), f.Ports)}
	const widen = `sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"`
	switch {
	case f.Need != nil && f.Need.Flight > f.Ports.Count():
		finding.Level, finding.Command = Bad, widen
		finding.Means = fmt.Sprintf("scenario %s needs %d connections to one destination", f.Need.Scenario, f.Need.Flight)
	case f.Ports.Count() < fewPorts:
		finding.Level, finding.Command = Note, widen
		finding.Means = "connections that are made anew for each request run out of ports within seconds"
	}
	return one(finding)
}
