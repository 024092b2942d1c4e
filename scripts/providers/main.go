//go:build linux

// Command providers measures whether the mock providers keep their promise: it
// runs the real `notifybench mock`, offers it an open loop over connections that
// are kept, and prints how late the calls were served, as the mock says and as
// the caller saw it, and the CPU time of a call. Figures are printed beside their
// limits and never asserted.
//
// The caller is two threads: one sends on time (it sleeps in nanosleep), one
// reads answers from an epoll queue. Where there are two cores, mock and caller
// have one each; -share puts both on the first.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// load is one line of the table.
type load struct {
	latency time.Duration
	rate    int
}

// loads are those of the promise: the lengths are such that none is a multiple of
// a scheduler's or a timer's tick, and that the last has 15,000 calls in flight.
func loads() []load {
	var all []load
	for _, rate := range []int{1_000, 10_000} {
		for _, us := range []int{300, 1_000, 2_300, 10_400, 50_000, 200_000} {
			all = append(all, load{time.Duration(us) * time.Microsecond, rate})
		}
	}
	return append(all, load{1500 * time.Millisecond, 10_000})
}

// sharedLoads are those measured with mock and caller on one core.
func sharedLoads() []load {
	return []load{
		{2300 * time.Microsecond, 1_000}, {200 * time.Millisecond, 1_000},
		{2300 * time.Microsecond, 5_000}, {200 * time.Millisecond, 5_000}, {200 * time.Millisecond, 10_000},
	}
}

// parseLoads reads loads as -loads gives them.
func parseLoads(text string) (all []load, err error) {
	for _, part := range strings.Split(text, ",") {
		delay, rate, _ := strings.Cut(part, "@")
		var l load
		l.latency, err = time.ParseDuration(delay)
		if err == nil {
			l.rate, err = strconv.Atoi(rate)
		}
		if err != nil || l.rate <= 0 {
			return nil, fmt.Errorf("%q is not a load, like 2.3ms@1000", part)
		}
		all = append(all, l)
	}
	return all, nil
}

func main() {
	self := flag.String("notifybench", "bin/notifybench", "the program")
	length := flag.Duration("length", 3*time.Second, "of each load")
	only := flag.String("loads", "", "others than those of the promise: 2.3ms@1000,50ms@10000")
	share := flag.Bool("share", false, "mock and caller on one core")
	flag.Parse()
	if err := run(*self, *length, *share, *only); err != nil {
		fmt.Fprintln(os.Stderr, "providers:", err)
		os.Exit(1)
	}
}

func run(self string, length time.Duration, share bool, only string) error {
	cores, err := pin(share)
	if err != nil {
		return err
	}
	all := loads()
	if share {
		all = sharedLoads()
	}
	if only != "" {
		if all, err = parseLoads(only); err != nil {
			return err
		}
	}
	printHead(cores)
	for _, l := range all {
		r, err := measure(self, cores.mock, l, length)
		if err != nil {
			return fmt.Errorf("%v at %d/s: %w", l.latency, l.rate, err)
		}
		r.print()
	}
	idle, err := idleCPU(self, cores.mock, length)
	if err != nil {
		return err
	}
	fmt.Printf("\nIdle for %v with 1,000 open connections: %v of CPU.\n", length, idle.Round(10*time.Microsecond))
	return nil
}

// measure offers one load to a fresh mock.
func measure(self string, cpu int, l load, length time.Duration) (*result, error) {
	m, err := startMock(self, cpu, l.latency)
	if err != nil {
		return nil, err
	}
	defer m.stop()
	c, err := dial(m.address, connections(l))
	if err != nil {
		return nil, err
	}
	defer c.close()
	before, err := m.stats()
	if err != nil {
		return nil, err
	}
	busy := readSteal()
	c.offer(l, length)
	stolen := readSteal().since(busy)
	after, err := m.stats()
	if err != nil {
		return nil, err
	}
	return &result{load: l, caller: c, stolen: stolen, before: before, after: after}, nil
}

// idleCPU is what a mock uses that has connections and no calls.
func idleCPU(self string, cpu int, length time.Duration) (time.Duration, error) {
	m, err := startMock(self, cpu, time.Millisecond)
	if err != nil {
		return 0, err
	}
	defer m.stop()
	c, err := dial(m.address, 1_000)
	if err != nil {
		return 0, err
	}
	defer c.close()
	before, err := m.stats()
	if err != nil {
		return 0, err
	}
	time.Sleep(length)
	after, err := m.stats()
	return after.CPU - before.CPU, err
}
