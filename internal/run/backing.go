package run

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
)

// backing are the processes of the services that a row keeps its data in. Nobody here
// has started them, but what they do in the window is the row's work.
type backing struct {
	pids     []int
	programs []string
	why      string // what is not among them, and why; empty: nothing
}

// findBacking finds the processes behind the variables that a row needs. What a proxy
// passes on to is not found.
func findBacking(names []string, getenv func(string) string) (b backing) {
	var unknown []string
	for _, name := range names {
		pid, err := listenerOf(getenv(name))
		if err == nil && slices.Contains(sample.NewTree(pid, noOrphans).PIDs(), os.Getpid()) {
			err = errors.New("the process that listens has started this one")
		}
		if err != nil {
			unknown = append(unknown, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		b.add(pid)
	}
	b.why = strings.Join(unknown, "; ")
	return b
}

// add adds a process, unless it is there already, by itself or below another.
func (b *backing) add(pid int) {
	below := func(pid, root int) bool { return slices.Contains(sample.NewTree(root, noOrphans).PIDs(), pid) }
	if slices.ContainsFunc(b.pids, func(root int) bool { return below(pid, root) }) {
		return
	}
	b.pids = slices.DeleteFunc(b.pids, func(other int) bool { return below(other, pid) })
	b.pids = append(b.pids, pid)
	b.programs = nil
	for _, pid := range b.pids {
		b.programs = append(b.programs, sample.Program(pid))
	}
}

// noOrphans knows nothing of processes that ended after their parent: those of a
// service are not ours to wait for.
func noOrphans(int) (time.Duration, bool) { return 0, false }

// listenerOf finds the process that listens where a URL points to. The errors tell
// nothing of the URL but a loopback address: it may hold a password.
func listenerOf(text string) (pid int, err error) {
	addresses, err := loopbackOf(text)
	if err != nil {
		return 0, err
	}
	for _, at := range addresses {
		found, err := sample.Listener(at)
		switch {
		case errors.Is(err, sample.ErrNoListener) && at != addresses[len(addresses)-1]:
		case errors.Is(err, sample.ErrNoListener) && pid > 0:
		case err != nil:
			return 0, err
		case pid > 0 && pid != found:
			return 0, fmt.Errorf("one process listens at %v, another at %v", addresses[0], at)
		default:
			pid = found
		}
	}
	return pid, nil
}

// loopbackOf lists the addresses that a URL may mean: localhost is two.
func loopbackOf(text string) (addresses []netip.AddrPort, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Query().Has("host") || u.Query().Has("port") {
		return nil, errors.New("no URL with a host")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if u.Port() == "" {
		port, err = defaultPort(u.Scheme), nil
	}
	if err != nil || port == 0 {
		return nil, errors.New("no URL with a port")
	}
	hosts := []string{u.Hostname()}
	if hosts[0] == "localhost" {
		hosts = []string{loopback, "::1"}
	}
	for _, host := range hosts {
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.Unmap().IsLoopback() {
			return nil, errors.New("not at a loopback address")
		}
		addresses = append(addresses, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
	}
	return addresses, nil
}

func defaultPort(scheme string) uint64 {
	switch scheme {
	case "postgres", "postgresql":
		return 5432
	case "redis", "rediss":
		return 6379
	}
	return 0
}

// trees are the process trees of the services, to be read at both edges of one window.
func (b *backing) trees() (trees []*sample.Tree) {
	for _, pid := range b.pids {
		trees = append(trees, sample.NewTree(pid, noOrphans))
	}
	return trees
}

// backingCPU is what the services have used since their start.
func (m *meter) backingCPU() (sum time.Duration, err error) {
	for _, tree := range m.backing {
		cpu, err := tree.CPU()
		if err != nil {
			return 0, err
		}
		sum += cpu
	}
	return sum, nil
}

// services fills in what the services of the row used in the window.
func (m *meter) services(out *record.Cell, now reading) {
	found := &m.ps.backing
	out.Machine.BackingWhy = found.why
	if len(m.backing) == 0 {
		return
	}
	used := now.backing - m.first.backing
	if !m.first.backingOK || !now.backingOK || used < 0 {
		ended := strings.Join(found.programs, ", ") + ": a process has gone in or before the window"
		out.Machine.BackingWhy = strings.TrimPrefix(found.why+"; "+ended, "; ")
		return
	}
	out.Machine.BackingCPU, out.Machine.BackingPrograms = &used, found.programs
}
