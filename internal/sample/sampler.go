package sample

import (
	"context"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// How often the sampler reads. Memory costs more the more there is of it, so
// its interval follows the duration of the last reading and the sampler stays
// below 0.5% of a core.
const (
	cpuInterval    = 100 * time.Millisecond
	memoryInterval = 250 * time.Millisecond
	memoryDilution = 200
)

// Peaks are the highest readings of a window; nil where nothing was read.
type Peaks struct {
	PSS, HWM                  *uint64
	Threads, Files, Processes *int
	FilesMost                 *int
	FilesLimit                *uint64 // the lowest
}

// Watch samples a tree until ctx ends and hands every sample to each; At counts
// from zero. It returns the peaks of the samples taken from zero on, a last
// reading at the end included.
func Watch(ctx context.Context, t *Tree, zero time.Time, each func(record.Sample)) Peaks {
	var peaks Peaks
	var nextMemory time.Time
	tick := time.NewTicker(cpuInterval)
	defer tick.Stop()
	for last := false; !last; {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		last = ctx.Err() != nil // both may have been ready
		now := time.Now()
		cpu, err := t.CPU()
		if err != nil {
			return peaks
		}
		s := record.Sample{At: now.Sub(zero), CPU: cpu, Processes: len(t.last)}
		if last || !now.Before(nextMemory) {
			if m, err := t.Memory(); err == nil {
				s.PSS, s.Threads, s.Files = &m.PSS, &m.Threads, &m.Files
				if s.At >= 0 {
					peaks.add(m)
				}
			}
			took := time.Since(now)
			nextMemory = now.Add(max(memoryInterval, memoryDilution*took))
		}
		each(s)
	}
	return peaks
}

func (p *Peaks) add(m Memory) {
	raise(&p.PSS, m.PSS)
	raise(&p.HWM, m.HWM)
	raise(&p.Threads, m.Threads)
	raise(&p.Files, m.Files)
	raise(&p.Processes, m.Processes)
	raise(&p.FilesMost, m.FilesMost)
	if m.FilesLimit > 0 && (p.FilesLimit == nil || m.FilesLimit < *p.FilesLimit) {
		p.FilesLimit = &m.FilesLimit
	}
}

func raise[T uint64 | int](peak **T, v T) {
	if *peak == nil || **peak < v {
		*peak = &v
	}
}
