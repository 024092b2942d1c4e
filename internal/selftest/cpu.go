package selftest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
)

var cpuCheck = Check{
	ID: "cpu", Doc: "CPU of process trees against what their processes say they used",
	run: func(ctx context.Context, b *bench) (rows []Row, err error) {
		if _, err := sample.ProcessCPU(os.Getpid()); err != nil {
			return nil, err
		}
		for _, c := range burnerCases(b.opts.Short) {
			row, err := b.burner(ctx, c)
			if err != nil {
				return rows, fmt.Errorf("%s: %w", c.name, err)
			}
			rows = append(rows, row)
		}
		return rows, nil
	},
}

// The error of CPU time may be the larger of a share and a time.
const (
	cpuShare = 0.005
	cpuFloor = 5 * time.Millisecond
)

// cpuLimit is the allowed error of a measured CPU time.
func cpuLimit(truth time.Duration) float64 {
	return max(cpuShare*float64(truth), float64(cpuFloor))
}

type burnerCase struct {
	name string
	burn Burn
}

// burnerCases are the trees. Those whose children are waited for burn more: what
// is left of such children is known to ±10 ms only.
func burnerCases(short bool) []burnerCase {
	const length = 1500 * time.Millisecond
	all := []burnerCase{
		{"1 process, 100%", crew(1, length, 1)},
		{"1 process, 5%", crew(1, length, .05)},
		{"2 processes, 50%", crew(2, length, .5)},
		{"4 processes, 20%", crew(4, length, .2)},
		{"8 processes, 5%", crew(8, length, .05)},
		{"8 processes, 100%", crew(8, length, 1)},
		{"8 threads, all but one end", Burn{For: length, Duty: .3, Threads: 7}},
		{"3 children end, nobody waits", midway(3, length, .5, false)},
		{"4 children end, waited for", midway(4, 2*time.Second, 1, true)},
		{"40 short children, waited for", midway(40, 2*time.Second, 1, true)},
		{"orphan ends after its parent", orphan(length)},
	}
	if !short {
		return all
	}
	kept := []string{"2 processes, 50%", "3 children end, nobody waits", "4 children end, waited for", "orphan ends after its parent"}
	return slices.DeleteFunc(all, func(c burnerCase) bool { return !slices.Contains(kept, c.name) })
}

// crew is a tree of n processes of equal duty.
func crew(n int, d time.Duration, duty float64) Burn {
	root := Burn{For: d, Duty: duty}
	for range n - 1 {
		root.Children = append(root.Children, Burn{For: d, Duty: duty})
	}
	return root
}

// midway is a parent whose n children end while it goes on.
func midway(n int, d time.Duration, duty float64, wait bool) Burn {
	root := Burn{For: d, Duty: .2, Wait: wait}
	for i := range n {
		root.Children = append(root.Children, Burn{For: d * time.Duration(i+1) / time.Duration(n+1), Duty: duty, End: true})
	}
	return root
}

// orphan is a parent whose child ends before the grandchild does, which then
// belongs to nobody in the tree.
func orphan(d time.Duration) Burn {
	grandchild := Burn{For: d * 2 / 3, Duty: .5, End: true}
	child := Burn{For: d / 3, Duty: .5, End: true, Children: []Burn{grandchild}}
	return Burn{For: d, Duty: .2, Children: []Burn{child}}
}

// ending is how long a burner may take to end after its last word.
const ending = 200 * time.Millisecond

// burner lets a tree burn while the sampler of a run watches it, and compares the
// last sample with the sum of the last words.
func (b *bench) burner(ctx context.Context, c burnerCase) (Row, error) {
	arg, err := json.Marshal(&c.burn)
	if err != nil {
		return Row{}, err
	}
	p, err := b.start(nil, nil, nil, "selftest", BurnerArg, string(arg))
	if err != nil {
		return Row{}, err
	}
	defer p.end()
	watched := b.watch(ctx, p.PID)
	words, err := hear[lastWord](ctx, p, bufio.NewReader(p.out), c.burn.processes(), c.burn.For)
	if err == nil {
		err = pause(ctx, ending)
	}
	measured := watched()
	if err == nil && measured < 0 {
		err = p.failed(fmt.Errorf("it ended before it could be measured"))
	}
	if err != nil {
		return Row{}, err
	}
	return b.judgeCPU(c.name, words, measured), nil
}

// judgeCPU compares a measured time with the truth of all processes together.
func (b *bench) judgeCPU(name string, words []lastWord, measured time.Duration) Row {
	truth := total(words)
	return b.reading(name, Nanoseconds, float64(truth), float64(measured), cpuLimit(truth))
}

// total adds up what the processes say. Of a child that was waited for the
// parent's word counts.
func total(words []lastWord) (sum time.Duration) {
	of := map[int]time.Duration{}
	for _, w := range words {
		of[w.PID] = w.CPU
	}
	for _, w := range words {
		maps.Copy(of, w.Waited)
	}
	for _, cpu := range of {
		sum += cpu
	}
	return sum
}

// watch samples the tree below pid as a run does, until the returned function is
// called; it returns the last CPU time, negative where there was none.
func (b *bench) watch(ctx context.Context, pid int) (stop func() time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	last := make(chan time.Duration, 1)
	go func() {
		cpu := time.Duration(-1)
		sample.Watch(ctx, sample.NewTree(pid, b.guardian.OrphanCPU), time.Now(), func(s record.Sample) { cpu = s.CPU })
		last <- cpu
	}()
	return func() time.Duration {
		cancel()
		return <-last
	}
}
