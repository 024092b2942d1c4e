package metric

// checkNetwork: retransmissions are counted for the whole machine. Each one to
// elsewhere is a packet that another interface sent: what exceeds those is ours.
// Tail loss probes, which two busy processes cause without any loss, are left out.
var checkNetwork = Check{
	ID:      "network",
	Doc:     "connections lost at an accept queue and TCP segments sent again in the window, on the whole machine",
	Flag:    "segments sent again that may be those of other programs",
	Invalid: "any connection lost; more segments sent again than packets left the machine",
	run: func(f *facts) result {
		n := f.cell.Machine.Network
		switch {
		case n == nil:
			return unchecked("lost connections and segments were not counted")
		case n.ListenOverflows+n.ListenDrops > 0:
			return found(Invalid, "%s lost because an accept queue was full: their clients waited a second to try again",
				Count(max(n.ListenOverflows, n.ListenDrops), "connection"))
		case n.Retransmits > n.Elsewhere:
			return found(Invalid, "%s sent again on the loopback interface", Count(n.Retransmits, "TCP segment"))
		case n.Retransmits > 0:
			return found(Flagged, "%s sent again, ours or those of other programs", Count(n.Retransmits, "TCP segment"))
		}
		return fine()
	},
}
