package migrate

import (
	"fmt"
	"math"
	"slices"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// tree is the process tree of a row as it is before any load, over all its cells that
// are to be believed.
type tree struct {
	idle Figure // bytes
	// shared is the part of idle that is of mapped files, bytes: processes of one machine
	// that run the same program have it together. Nil: the record does not tell.
	shared    *Figure
	processes float64 // 0: not known
}

// treeOf reads the tree of a row; not ok where its memory before the load is not known.
func treeOf(run *record.Run, s *metric.Summary, subject string) (t tree, ok bool) {
	var idle, file, processes []float64
	for i := range run.Cells {
		c := &run.Cells[i]
		invalid := slices.ContainsFunc(s.Cells, func(o metric.Cell) bool {
			return o.Index == c.Index && o.Verdict.Level == metric.Invalid
		})
		if c.Subject != subject || c.Status != record.StatusOK || invalid {
			continue
		}
		idle = withKnown(idle, c.Server.PSSIdle)
		file = withKnown(file, c.Server.PSSIdleFile)
		processes = withKnown(processes, c.Server.Processes)
	}
	t.processes, _ = stats.Median(processes)
	if shared, known := medianOf(file); known {
		t.shared = &shared
	}
	t.idle, ok = medianOf(idle)
	return t, ok
}

func withKnown[T int | uint64](list []float64, v *T) []float64 {
	if v == nil {
		return list
	}
	return append(list, float64(*v))
}

// medianOf is the median of what trials gave, and their range.
func medianOf(all []float64) (f Figure, ok bool) {
	f.V, ok = stats.Median(all)
	if i, enough := stats.MinMax(all); enough {
		f.Interval = &i
	}
	return f, ok
}

// memoryOf is the peak memory of so many times the processes on one machine, with so
// many notifications in flight together. What they map of files counts once, as PSS does;
// everything else each has for itself.
func (m *model) memoryOf(times, flight float64) Figure {
	shared := Figure{Interval: &stats.Interval{}} // where it is not told, nothing is
	if m.tree.shared != nil {
		shared = *m.tree.shared
	}
	return between(m.memory.ranged() && shared.Interval != nil, func(s side) float64 {
		other := s
		if times > 1 { // the more they share, the less it is
			other = high - s
		}
		return times*m.memory.at(flight/times, s) - (times-1)*shared.at(other)
	})
}

// sharing says what memoryOf rests on, and which processes it leaves out, where it was
// asked for a tree of another number of processes than the model's.
func (m *model) sharing(times float64, of tree) (notes []string) {
	if times == 1 {
		return nil
	}
	if m.tree.shared == nil {
		notes = append(notes, "which part of its memory is of files is not recorded: what its processes share is counted for each of them")
	} else {
		notes = append(notes, m.tree.shared.Plain(Bytes)+" of files that its processes share are counted once")
	}
	like := math.Round(times * m.tree.processes)
	switch {
	case m.tree.processes == 0 || of.processes == 0 || of.processes == like:
	case of.processes > like:
		notes = append(notes, fmt.Sprintf("%.0f of its %.0f processes left out: %s has none that supervises others",
			of.processes-like, of.processes, m.subject.ID))
	default:
		notes = append(notes, fmt.Sprintf("predicted as %.0f processes, of which it has %.0f: what supervises the others is counted too often",
			like, of.processes))
	}
	return notes
}
