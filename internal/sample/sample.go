// Package sample measures CPU and memory of a process tree from outside.
//
// CPU is read from the POSIX CPU clock of each process (nanoseconds, ended
// threads included) plus what each process has inherited from children it
// waited for; memory is the sum of proportional set sizes (PSS), so that pages
// shared between the processes of one server count once. A platform that cannot
// measure something returns ErrUnsupported, and the record then holds nothing
// rather than zero.
package sample

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/proc"
)

// ErrUnsupported is returned where the platform cannot measure.
var ErrUnsupported = errors.New("not supported on this platform")

// Memory is one reading of everything but CPU.
type Memory struct {
	PSS uint64 // bytes
	// PSSFile is the part of PSS that is of mapped files, bytes: what processes that run
	// the same program share. Nil: the kernel does not tell it apart (Linux does from 5.4 on).
	PSSFile   *uint64
	HWM       uint64 // bytes, sum of the peaks of resident memory: an upper bound
	Threads   int
	Files     int // open descriptors
	FilesMost int // open descriptors of one process
	Processes int

	FilesLimit uint64 // open descriptors that one process may have, the lowest; 0: not known
}

// Tree is a process tree. Its methods are not safe for concurrent use.
type Tree struct {
	root   int
	orphan func(pid int) (time.Duration, bool)
	last   map[int]time.Duration // CPU clock of each process when last seen
	gone   time.Duration         // of ended processes that nobody in the tree waited for
}

// NewTree observes the tree below root. orphan tells the CPU used by a process
// of the tree that ended after its parent did, where that is known.
func NewTree(root int, orphan func(pid int) (time.Duration, bool)) *Tree {
	return &Tree{root: root, orphan: orphan, last: map[int]time.Duration{}}
}

// CPU is the CPU time used by the tree since its start.
func (t *Tree) CPU() (time.Duration, error) {
	now, inherited, err := t.read()
	if err != nil {
		return 0, err
	}
	if _, alive := now[t.root]; !alive {
		return 0, fmt.Errorf("process %d has gone", t.root)
	}
	for pid := range t.last {
		if _, alive := now[pid]; alive {
			continue
		}
		if cpu, ok := t.orphan(pid); ok {
			t.gone += cpu
		}
	}
	t.last = now
	total := t.gone + inherited
	for cpu := range maps.Values(now) {
		total += cpu
	}
	return total, nil
}

// read returns the clock of every living process, and what they inherited.
func (t *Tree) read() (map[int]time.Duration, time.Duration, error) {
	now := make(map[int]time.Duration, len(t.last)+1)
	var inherited time.Duration
	// One whose parent has ended is no longer found below the root.
	pids := slices.AppendSeq(t.PIDs(), maps.Keys(t.last))
	for _, pid := range pids {
		if _, seen := now[pid]; seen {
			continue
		}
		cpu, err := ProcessCPU(pid)
		if errors.Is(err, ErrUnsupported) {
			return nil, 0, err
		}
		if err != nil {
			continue // ended between the listing and the reading
		}
		now[pid] = cpu
		inherited += childrenCPU(pid)
	}
	return now, inherited, nil
}

// PIDs lists the living processes of the tree, the root first.
func (t *Tree) PIDs() []int {
	pids := []int{t.root}
	for i := 0; i < len(pids); i++ {
		pids = append(pids, proc.Children(pids[i])...)
	}
	return pids
}
