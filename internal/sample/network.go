package sample

// Network holds counters of the machine's network stack since it started.
type Network struct {
	ListenOverflows, ListenDrops, Retransmits, Probes, Elsewhere uint64
}

// Lost is how many segments were sent again because they were lost, at least. A
// probe is sent when an answer takes a few round trips, as it does between two
// busy processes: of those that went over the loopback interface none was lost.
func (n Network) Lost() uint64 { return n.Retransmits - min(n.Retransmits, n.Probes) }

// Sub is what was counted between two readings.
func (n Network) Sub(before Network) Network {
	return Network{
		n.ListenOverflows - before.ListenOverflows, n.ListenDrops - before.ListenDrops,
		n.Retransmits - before.Retransmits, n.Probes - before.Probes, n.Elsewhere - before.Elsewhere,
	}
}
