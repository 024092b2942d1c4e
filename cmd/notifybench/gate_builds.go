package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/notifybench/notifybench/internal/build"
	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/server"
)

// gateLayouts is in how many code layouts each arm of a Go server is built: where the linker
// puts a function can make it some percent faster, and must not look like the change.
const gateLayouts = 4

// binariesDir is the folder of the binaries, below that of a gate: a name that nobody else
// gives to a folder, since it is removed.
const binariesDir = ".notifybench-binaries"

// gateBuilds are the binaries of one row. servers are what a plan is made with: named
// after their arm, with nothing left to build.
type gateBuilds struct {
	servers   [2]server.Server
	sources   [2]server.Server // as their trees describe them
	dir       string
	layouts   int
	layoutWhy string // why there is only one
	apart     int    // added to the layouts of the candidate: the self-test compares one source in other layouts
	guardian  *proc.Guardian
}

// pair is the folder of the two binaries that block n runs, and their layouts. All
// combinations take turns; fresh blocks have layouts that the first ones had not.
func (b *gateBuilds) pair(ctx context.Context, n int, fresh bool) (dir string, layout [2]int, err error) {
	layout = layoutsOf(n, b.layouts, fresh)
	layout[gate.Candidate] += b.apart
	dir = filepath.Join(b.dir, fmt.Sprintf("%d-%d", layout[gate.Base], layout[gate.Candidate]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", layout, fmt.Errorf("create folder of binaries: %w", err)
	}
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		if b.sources[arm].Build == nil {
			continue
		}
		to := filepath.Join(dir, arm.String())
		if _, err := os.Stat(to); err == nil {
			continue
		}
		from, err := b.binary(ctx, arm, layout[arm])
		if err != nil {
			return "", layout, err
		}
		if err := os.Link(from, to); err != nil {
			return "", layout, fmt.Errorf("place the binary of the %s: %w", arm, err)
		}
	}
	return dir, layout, nil
}

// layoutsOf are the layouts of the arms in block n, from 1: every combination once before
// one comes again.
func layoutsOf(n, layouts int, fresh bool) [2]int {
	i := n - 1
	l := [2]int{i%layouts + 1, (i+i/layouts)%layouts + 1}
	if fresh && layouts > 1 {
		l[gate.Base] += layouts
		l[gate.Candidate] += layouts
	}
	return l
}

// binary is the program of an arm in a layout, built when it is first asked for.
func (b *gateBuilds) binary(ctx context.Context, arm gate.Arm, layout int) (string, error) {
	bin := filepath.Join(b.dir, arm.String()+"-"+strconv.Itoa(layout))
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return "", fmt.Errorf("create folder of binaries: %w", err)
	}
	return bin, b.build(ctx, arm, layout, bin)
}

// build builds an arm in a layout as the file bin.
func (b *gateBuilds) build(ctx context.Context, arm gate.Arm, layout int, bin string) error {
	env, err := build.Layout(ctx, b.sources[arm], layout)
	if err != nil {
		return err
	}
	return build.Server(ctx, b.guardian, b.sources[arm], bin, env, bin+".log")
}

// remove removes the binaries.
func (b *gateBuilds) remove() { _ = os.RemoveAll(b.dir) } // what is left is overwritten by the next gate

// newBuilds prepares the builds of a row in the folder dir.
func newBuilds(g *proc.Guardian, sources [2]server.Server, dir string) *gateBuilds {
	b := &gateBuilds{guardian: g, sources: sources, dir: dir}
	b.layouts, b.layoutWhy = build.Layouts(sources[gate.Candidate], gateLayouts)
	if n, why := build.Layouts(sources[gate.Base], gateLayouts); n < b.layouts {
		b.layouts, b.layoutWhy = n, why
	}
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		s := sources[arm]
		s.Name, s.Build = arm.String(), nil
		b.servers[arm] = s
	}
	return b
}

// buildAll builds every layout of both arms: before the time of the gate begins, and not
// between two blocks.
func (b *gateBuilds) buildAll(ctx context.Context, fresh bool) error {
	first := 1
	if fresh && b.layouts > 1 {
		first += b.layouts
	}
	for layout := first; layout < first+b.layouts; layout++ {
		for arm := gate.Base; arm <= gate.Candidate; arm++ {
			if b.sources[arm].Build == nil {
				continue
			}
			n := layout
			if arm == gate.Candidate {
				n += b.apart
			}
			if _, err := b.binary(ctx, arm, n); err != nil {
				return fmt.Errorf("the %s does not build: %w", arm, err)
			}
		}
	}
	return nil
}

// buildFresh builds the layouts of the fresh blocks, of the programs that the blocks before
// them were of: sources that were changed meanwhile would be confirmed, or not, for another.
func (b *gateBuilds) buildFresh(ctx context.Context) error {
	if b.layouts > 1 {
		for arm := gate.Base; arm <= gate.Candidate; arm++ {
			if same, err := b.reproduced(ctx, arm); err != nil {
				return fmt.Errorf("the %s does not build any more: %w", arm, err)
			} else if !same {
				return fmt.Errorf("the source of the %s was changed while it was measured, so that fresh blocks would be of another program (or its build is not reproducible): gate again", arm)
			}
		}
	}
	return b.buildAll(ctx, true)
}

// reproduced says that an arm still builds to the very program it was. Only of a build that
// takes layouts is it known that it ought to.
func (b *gateBuilds) reproduced(ctx context.Context, arm gate.Arm) (bool, error) {
	was, err := os.ReadFile(b.first(arm))
	if err != nil {
		return false, fmt.Errorf("read what was built: %w", err)
	}
	again := filepath.Join(b.dir, arm.String()+"-again")
	defer func() { _ = os.Remove(again) }()
	if err := b.build(ctx, arm, b.firstLayout(arm), again); err != nil {
		return false, err
	}
	is, err := os.ReadFile(again)
	if err != nil {
		return false, fmt.Errorf("read what was built: %w", err)
	}
	return bytes.Equal(was, is), nil
}

// toolchains are the versions of Go that built the arms; empty for what is no program of Go.
func (b *gateBuilds) toolchains() (versions [2]string) {
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		if info, err := buildinfo.ReadFile(b.first(arm)); err == nil {
			versions[arm] = info.GoVersion
		}
	}
	return versions
}

// first is the binary of an arm in the first of its layouts.
func (b *gateBuilds) first(arm gate.Arm) string {
	return filepath.Join(b.dir, arm.String()+"-"+strconv.Itoa(b.firstLayout(arm)))
}

func (b *gateBuilds) firstLayout(arm gate.Arm) int {
	if arm == gate.Candidate {
		return 1 + b.apart
	}
	return 1
}
