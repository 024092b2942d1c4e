package doctor

import "fmt"

// timeWait: a closed connection holds its port for a minute, unless it may be reused.
func timeWait(f *Facts) []Finding {
	if f.TWReuse == nil || f.TimeWait == nil {
		return unknown("sockets in TIME_WAIT and tcp_tw_reuse are not known here")
	}
	finding := Finding{Level: OK, Found: fmt.Sprintf("%d sockets in TIME_WAIT, tcp_tw_reuse is %d", *f.TimeWait, *f.TWReuse)}
	if *f.TWReuse != 0 {
		finding.Means = "on the loopback their ports are used again"
		return one(finding)
	}
	finding.Level, finding.Command = Note, "sudo sysctl -w net.ipv4.tcp_tw_reuse=1"
	finding.Means = "servers that connect anew for each request run out of ports"
	if f.Ports != nil && 2**f.TimeWait > f.Ports.Count() {
		finding.Means = "more than half of the ports are taken: wait a minute before measuring"
	}
	return one(finding)
}
