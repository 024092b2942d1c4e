package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os/exec"
	"time"

	"github.com/notifybench/notifybench/internal/machine"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/sample"
	"github.com/notifybench/notifybench/internal/scenario"
)

// Facts are what is judged. Nil and empty are not known.
type Facts struct {
	machine.Facts
	CPUs     []int
	Siblings map[int]string // of each core: what names its physical core
	CanPin   bool
	Files    uint64 // open files a process may have; 0: not known
	Noise    *Noise
	Steal    *float64
	Programs []Program
	Need     *Need // of the scenario asked about
}

// Need is what a scenario asks of the machine.
type Need struct {
	Scenario string
	Pinned   bool
	Files    uint64
	FilesWhy string
	Flight   int // requests in flight: connections to one destination
}

// NeedOf is what a plan asks of the machine.
func NeedOf(p *plan.Plan) *Need {
	files, why := p.FilesNeeded()
	flight, _ := p.Flight()
	return &Need{Scenario: p.Scenario.Name, Pinned: p.Scenario.Isolation == scenario.Pinned,
		Files: files, FilesWhy: why, Flight: flight}
}

// Look reads the machine below root and tests it for about so long, half of it for
// stalls and half for speed.
func Look(ctx context.Context, root fs.FS, m plan.Machine, length time.Duration) (*Facts, error) {
	f := &Facts{Facts: machine.Read(root), CPUs: m.CPUs, Siblings: m.Siblings, CanPin: m.CanPin, Files: m.Files}
	before, unread := sample.ReadMachine()
	noise, err := Measure(ctx, m.CPUs, length)
	if err != nil {
		return nil, fmt.Errorf("test the machine: %w", err)
	}
	f.Noise = noise
	if after, err := sample.ReadMachine(); err == nil && unread == nil {
		if passed := after.Sub(before); passed.Total() > 0 {
			steal := passed.Steal.Seconds() / passed.Total().Seconds()
			f.Steal = &steal
		}
	}
	f.Programs = Find(exec.LookPath)
	return f, nil
}
