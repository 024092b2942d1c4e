package sample

// Network holds counters of the machine's network stack since it started.
type Network struct {
	ListenOverflows, ListenDrops, Retransmits, Elsewhere uint64
}

// Sub is what was counted between two readings.
func (n Network) Sub(before Network) Network {
	return Network{
		n.ListenOverflows - before.ListenOverflows, n.ListenDrops - before.ListenDrops,
		n.Retransmits - before.Retransmits, n.Elsewhere - before.Elsewhere,
	}
}

// Ports is how many ports outgoing connections to one destination may use, and
// whether those in TIME_WAIT are used again on the loopback interface.
type Ports struct {
	Count  int
	Reused bool
}
