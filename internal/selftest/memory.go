package selftest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/notifybench/notifybench/internal/sample"
)

var memoryCheck = Check{
	ID: "memory", Doc: "PSS of process trees against what they hold, shared pages once",
	run: func(ctx context.Context, b *bench) (rows []Row, err error) {
		if _, err := sample.NewTree(os.Getpid(), nil).Memory(); err != nil {
			return nil, err
		}
		for _, c := range holdCases(b.opts.Short) {
			row, err := b.holder(ctx, c)
			if err != nil {
				return rows, fmt.Errorf("%s: %w", c.name(), err)
			}
			rows = append(rows, row)
		}
		return rows, nil
	},
}

// The error of memory may be the larger of a share and a size.
const (
	memoryShare = 0.01
	memoryFloor = 1 << 20
)

// Hold is what a tree of processes holds. The first is the parent of the others.
type Hold struct {
	Processes int    `json:"processes"`
	Shared    uint64 `json:"shared"`          // bytes that all of them map and touch
	Private   uint64 `json:"private"`         // bytes of each
	Child     bool   `json:"child,omitempty"` // this is one of the others
}

// truth is what mapping all of it adds to the tree.
func (h Hold) truth() uint64 { return h.Shared + uint64(h.Processes)*h.Private }

func (h Hold) name() string {
	return fmt.Sprintf("%d × %d MiB and %d MiB shared", h.Processes, h.Private>>20, h.Shared>>20)
}

func holdCases(short bool) []Hold {
	const mib = 1 << 20
	if short {
		return []Hold{{Processes: 3, Shared: 64 * mib, Private: 8 * mib}}
	}
	return []Hold{
		{Processes: 1, Private: 64 * mib},
		{Processes: 2, Shared: 64 * mib},
		{Processes: 5, Shared: 64 * mib, Private: 8 * mib},
		{Processes: 9, Shared: 256 * mib, Private: 16 * mib},
	}
}

// held is what each process says when it is ready, and again when it holds.
type held struct {
	PID int `json:"pid"`
}

// holder reads the memory of a tree before and after it takes what it is to hold.
// The difference is judged: what the processes are without it (program, stacks,
// heap) is the baseline, and known to nobody.
func (b *bench) holder(ctx context.Context, c Hold) (Row, error) {
	arg, err := json.Marshal(c)
	if err != nil {
		return Row{}, err
	}
	stdin, begin, err := os.Pipe()
	if err != nil {
		return Row{}, err
	}
	defer begin.Close()
	p, err := b.start(nil, nil, stdin, "selftest", HolderArg, string(arg))
	stdin.Close()
	if err != nil {
		return Row{}, err
	}
	defer p.end()
	tree, lines := sample.NewTree(p.PID, b.guardian.OrphanCPU), bufio.NewReader(p.out)
	var readings [2]uint64
	for i := range readings {
		if _, err := hear[held](ctx, p, lines, c.Processes, 0); err != nil {
			return Row{}, err
		}
		m, err := tree.Memory()
		if err != nil {
			return Row{}, err
		}
		if m.Processes != c.Processes {
			return Row{}, fmt.Errorf("%d processes were found instead of %d", m.Processes, c.Processes)
		}
		readings[i] = m.PSS
		begin.Close() // the end of their input tells all of them to begin
	}
	return b.judgeMemory(c, readings[0], readings[1]), nil
}

// judgeMemory compares the growth of a tree with what it took.
func (b *bench) judgeMemory(c Hold, before, after uint64) Row {
	truth := float64(c.truth())
	return b.reading(c.name(), Bytes, truth, float64(after)-float64(before), max(memoryShare*truth, memoryFloor))
}
