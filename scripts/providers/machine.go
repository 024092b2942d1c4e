//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// cores says who is where.
type cores struct{ mock, caller int }

// pin puts this process on its core: the last of those it may use, or, where it
// shares, the first. All of its threads move, and later ones inherit it.
func pin(share bool) (cores, error) {
	var may unix.CPUSet
	if err := unix.SchedGetaffinity(0, &may); err != nil {
		return cores{}, err
	}
	var all []int
	for cpu := 0; len(all) < may.Count(); cpu++ {
		if may.IsSet(cpu) {
			all = append(all, cpu)
		}
	}
	c := cores{mock: all[0], caller: all[len(all)-1]}
	if share {
		c.caller = c.mock
	}
	var ours unix.CPUSet
	ours.Set(c.caller)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return c, err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err == nil {
			err = unix.SchedSetaffinity(id, &ours)
		}
		if err != nil {
			return c, fmt.Errorf("pin thread %s: %w", t.Name(), err)
		}
	}
	return c, nil
}

// ticks are those of /proc/stat: all cores, since boot.
type ticks struct{ all, stolen uint64 }

func readSteal() (t ticks) {
	text, err := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	if err != nil {
		return ticks{}
	}
	for i, field := range strings.Fields(line)[1:] {
		n, _ := strconv.ParseUint(field, 10, 64) // the kernel writes numbers
		if i == 7 {
			t.stolen = n
		}
		if i < 8 { // the rest is counted within these
			t.all += n
		}
	}
	return t
}

// since is the share stolen in between, in percent.
func (t ticks) since(u ticks) float64 {
	return 100 * float64(t.stolen-u.stolen) / float64(max(1, t.all-u.all))
}
