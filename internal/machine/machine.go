// Package machine reads what a kernel says about the machine and its limits: what
// a record keeps to tell two machines apart, and what doctor judges. It reads
// files below a root, so that tests give it a machine of their own; what is not
// there, as everything on a system without /proc, stays absent.
package machine

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Facts are what the kernel says. Empty and nil are not known.
type Facts struct {
	Kernel      string
	CPU         string // model name
	Hypervisor  bool
	MemoryBytes uint64
	Governors   []string // of the cores, each once
	Ports       *Ports
	TWReuse     *int // net.ipv4.tcp_tw_reuse: 0 off, 1 on, 2 for loopback only
	Somaxconn   *int
	SynBacklog  *int // net.ipv4.tcp_max_syn_backlog
	TimeWait    *int // sockets in it now
	Cgroup      Cgroup
}

// Ports is the range that the kernel takes ports of outgoing connections from.
type Ports struct{ Low, High int }

// Count is how many ports there are.
func (p Ports) Count() int { return p.High - p.Low + 1 }

// String is "32768-60999".
func (p Ports) String() string { return fmt.Sprintf("%d-%d", p.Low, p.High) }

// Read reads the facts below root, which is / of the machine.
func Read(root fs.FS) Facts {
	cpuinfo := table(root, "proc/cpuinfo")
	return Facts{
		Kernel:      line(root, "proc/sys/kernel/osrelease"),
		CPU:         cpuinfo["model name"],
		Hypervisor:  strings.Contains(" "+cpuinfo["flags"]+" ", " hypervisor "),
		MemoryBytes: kilobytes(table(root, "proc/meminfo")["MemTotal"]),
		Governors:   governors(root),
		Ports:       ports(line(root, "proc/sys/net/ipv4/ip_local_port_range")),
		TWReuse:     number(line(root, "proc/sys/net/ipv4/tcp_tw_reuse")),
		Somaxconn:   number(line(root, "proc/sys/net/core/somaxconn")),
		SynBacklog:  number(line(root, "proc/sys/net/ipv4/tcp_max_syn_backlog")),
		TimeWait:    timeWait(root),
		Cgroup:      readCgroup(root),
	}
}

// table reads "name : value" lines; the first of a name counts.
func table(root fs.FS, name string) map[string]string {
	list := map[string]string{}
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return list
	}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(line, ":")
		if _, seen := list[strings.TrimSpace(name)]; ok && !seen {
			list[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return list
}

// line is the first line of a file; empty where there is none.
func line(root fs.FS, name string) string {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	return strings.TrimSpace(string(first))
}

func number(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return &n
}

// kilobytes reads "16384 kB" as bytes; 0 where there is none.
func kilobytes(s string) uint64 {
	n, err := strconv.ParseUint(strings.TrimSuffix(s, " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}

func ports(text string) *Ports {
	var p Ports
	if n, err := fmt.Sscan(text, &p.Low, &p.High); n != 2 || err != nil || p.Low < 1 || p.High < p.Low || p.High > 65535 {
		return nil
	}
	return &p
}

func governors(root fs.FS) (list []string) {
	files, err := fs.Glob(root, "sys/devices/system/cpu/cpu*/cpufreq/scaling_governor")
	if err != nil {
		return nil
	}
	for _, f := range files {
		if g := line(root, path.Clean(f)); g != "" {
			list = append(list, g)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// timeWait reads "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1".
func timeWait(root fs.FS) *int {
	words := strings.Fields(table(root, "proc/net/sockstat")["TCP"])
	for i := 0; i+1 < len(words); i += 2 {
		if words[i] == "tw" {
			return number(words[i+1])
		}
	}
	return nil
}
