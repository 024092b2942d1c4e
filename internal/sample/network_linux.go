package sample

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// ReadNetwork reads the counters of the network stack.
func ReadNetwork() (n Network, err error) {
	netstat, err1 := os.ReadFile("/proc/net/netstat")
	snmp, err2 := os.ReadFile("/proc/net/snmp")
	dev, err3 := os.ReadFile("/proc/net/dev")
	if err := errors.Join(err1, err2, err3); err != nil {
		return n, fmt.Errorf("read network counters: %w", err)
	}
	var ok [4]bool
	n.ListenOverflows, ok[0] = counter(netstat, "TcpExt:", "ListenOverflows")
	n.ListenDrops, ok[1] = counter(netstat, "TcpExt:", "ListenDrops")
	n.Retransmits, ok[2] = counter(snmp, "Tcp:", "RetransSegs")
	n.Probes, ok[3] = counter(netstat, "TcpExt:", "TCPLossProbes")
	if ok != [4]bool{true, true, true, true} {
		return n, errors.New("read network counters: the kernel does not have them all")
	}
	n.Elsewhere = sentElsewhere(dev)
	return n, nil
}

// counter finds a number in a file of pairs of lines: names, then values, both
// behind the same prefix.
func counter(data []byte, prefix, name string) (uint64, bool) {
	var names [][]byte
	for line := range bytes.Lines(data) {
		f := bytes.Fields(line)
		if len(f) == 0 || string(f[0]) != prefix {
			continue
		}
		if names == nil {
			names = f
			continue
		}
		for i := range min(len(names), len(f)) {
			if string(names[i]) == name {
				return number(f[i]), true
			}
		}
	}
	return 0, false
}

// sentElsewhere sums the packets that interfaces other than the loopback sent.
func sentElsewhere(dev []byte) (sum uint64) {
	for line := range bytes.Lines(dev) {
		name, rest, found := bytes.Cut(line, []byte(":"))
		const sent = 9 // behind eight of receiving: bytes, packets
		if f := bytes.Fields(rest); found && string(bytes.TrimSpace(name)) != "lo" && len(f) > sent {
			sum += number(f[sent])
		}
	}
	return sum
}

// TimeWaitMost is the largest number of sockets in TIME_WAIT to one destination.
func TimeWaitMost() (int, error) {
	data, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0, fmt.Errorf("read sockets: %w", err)
	}
	const remote, state, timeWait = 2, 3, "06"
	counts, most := map[string]int{}, 0
	for line := range bytes.Lines(data) {
		if f := bytes.Fields(line); len(f) > state && string(f[state]) == timeWait {
			to := string(f[remote])
			counts[to]++
			most = max(most, counts[to])
		}
	}
	return most, nil
}
