package record

import "time"

// Sampled sums up a figure that was looked at again and again.
type Sampled struct {
	Count uint64  `json:"count"`
	Mean  float64 `json:"mean"`
	SD    float64 `json:"sd"`
}

// Stalls are times in which a core of the load side did not run a thread that
// was due, though no other thread was running there.
type Stalls struct {
	Watched time.Duration `json:"watched"` // how long was looked
	Nap     time.Duration `json:"nap"`     // from one look to the next
	Time    time.Duration `json:"time"`    // in stalls
	Count   uint64        `json:"count"`
	Longest time.Duration `json:"longest"`
	// Waited is time that the thread lost in the same way because other threads
	// ran: the core was busy, which is no stall of the machine.
	Waited time.Duration `json:"waited"`
}

// Network is what the machine's network stack reports of the window, and of the
// ports at its end.
type Network struct {
	ListenOverflows uint64 `json:"listen_overflows"`         // connections lost because an accept queue was full
	ListenDrops     uint64 `json:"listen_drops"`             // connections lost by listening sockets, these included
	Retransmits     uint64 `json:"retransmits"`              // TCP segments sent again, whosever they are, tail loss probes left out
	Elsewhere       uint64 `json:"elsewhere"`                // packets sent by other interfaces than the loopback
	TimeWaitMost    *int   `json:"time_wait_most,omitempty"` // sockets in TIME_WAIT to one destination
	Ports           int    `json:"ports,omitempty"`          // that outgoing connections to one destination may use
	PortsReused     bool   `json:"ports_reused,omitempty"`   // ports in TIME_WAIT are used again (tcp_tw_reuse)
}

// Backing is what the database and the cache of the row used in the window: the
// processes that listen at their loopback addresses, and what descends from these.
type Backing struct {
	BackingCPU      *time.Duration `json:"backing_cpu,omitempty"`      // nil: not known, or none is used
	BackingPrograms []string       `json:"backing_programs,omitempty"` // whose CPU it is: a proxy's name tells that it is not the database's
	BackingWhy      string         `json:"backing_why,omitempty"`      // what is not in it, and why; empty: nothing
}
