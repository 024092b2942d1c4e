package metric

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Series is a row's course over the window, on the generator's grid of
// TickLength: the median of the valid trials at every step. A step that no trial
// measured is NaN, which a chart leaves open.
type Series struct {
	Subject  string
	Seconds  []float64 // end of each step, after the start of measurement
	Offered  []float64 // req/s
	Achieved []float64 // req/s
	P50, P99 []float64 // ns
	InFlight []float64
	CPU      []float64 // share of one core
	PSS      []float64 // bytes
}

// Timeline reads the series of the rows of a load that have valid trials. Rows
// whose record has been trimmed of its ticks are left out.
func Timeline(src Source, s *Summary, load string) ([]Series, error) {
	var all []Series
	for _, row := range s.Of(load) {
		if row.State != Measured {
			continue
		}
		var courses []Series
		for i := range s.Cells {
			c := &s.Cells[i]
			if c.Subject != row.Subject || c.Load != load || c.Status != record.StatusOK ||
				c.Verdict.Level == Invalid {
				continue
			}
			course, err := readCourse(src, &src.Run().Cells[i])
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("read series of cell %d: %w", c.Index, err)
			}
			courses = append(courses, course)
		}
		if len(courses) > 0 {
			all = append(all, medianCourse(row.Subject, courses))
		}
	}
	return all, nil
}

// lines lists the lines of a series, its times included, so that code for one
// serves all.
func (s *Series) lines() []*[]float64 {
	return []*[]float64{&s.Seconds, &s.Offered, &s.Achieved, &s.P50, &s.P99, &s.InFlight, &s.CPU, &s.PSS}
}

func newSeries(steps int) Series {
	var s Series
	for _, line := range s.lines() {
		*line = slices.Repeat([]float64{math.NaN()}, steps)
	}
	for i := range steps {
		s.Seconds[i] = (time.Duration(i+1) * record.TickLength).Seconds()
	}
	return s
}

// readCourse puts the ticks and samples of one cell on the grid.
func readCourse(src Source, c *record.Cell) (Series, error) {
	ticks, err := src.Ticks(c)
	if err != nil {
		return Series{}, err
	}
	samples, err := src.Samples(c)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Series{}, err
	}
	s := newSeries(int(c.Generator.Window / record.TickLength))
	for i := 1; i < len(ticks); i++ {
		s.addTick(ticks[i], ticks[i].At-ticks[i-1].At, c.Generator.Window)
	}
	s.addCPU(samples)
	s.addPSS(samples)
	return s, nil
}

// step is the index of the step that ends at, or holds, a time.
func (s *Series) step(at time.Duration) (i int, ok bool) {
	i = int((at+record.TickLength-1)/record.TickLength) - 1
	return i, at > 0 && i < len(s.Seconds)
}

// addTick files a tick that took a time. What is left of the window, or of the
// generator's life, for the last one may be short of a tick: that is left out,
// and so is one that reaches beyond the window.
func (s *Series) addTick(t record.Tick, took, window time.Duration) {
	const late = 20 * time.Millisecond
	i, ok := s.step(t.At.Round(record.TickLength)) // it may be taken a little late
	if !ok || took < record.TickLength/2 || t.At > window+late {
		return
	}
	s.Seconds[i] = t.At.Seconds()
	s.Offered[i] = float64(t.Scheduled) / took.Seconds()
	s.Achieved[i] = float64(t.Good) / took.Seconds()
	s.InFlight[i] = float64(t.InFlight)
	if t.P50 > 0 { // no latency is zero: there were none
		s.P50[i] = float64(t.P50)
	}
	if t.P99 > 0 {
		s.P99[i] = float64(t.P99)
	}
}

// addCPU interpolates the CPU clock at the edges of every step, as the ticks
// set them.
func (s *Series) addCPU(samples []record.Sample) {
	for i := range s.Seconds {
		to := time.Duration(s.Seconds[i] * float64(time.Second))
		a, okA := clockAt(samples, to-record.TickLength)
		b, okB := clockAt(samples, to)
		if okA && okB {
			s.CPU[i] = (b - a) / float64(record.TickLength)
		}
	}
}

func clockAt(samples []record.Sample, at time.Duration) (cpu float64, ok bool) {
	i, _ := slices.BinarySearchFunc(samples, at, func(s record.Sample, at time.Duration) int {
		return int(s.At - at)
	})
	if i == len(samples) || i == 0 && samples[0].At != at {
		return 0, false
	}
	if samples[i].At == at {
		return float64(samples[i].CPU), true
	}
	a, b := samples[i-1], samples[i]
	part := float64(at-a.At) / float64(b.At-a.At)
	return float64(a.CPU) + part*float64(b.CPU-a.CPU), true
}

func (s *Series) addPSS(samples []record.Sample) {
	for _, p := range samples {
		i, ok := s.step(p.At)
		if !ok || p.PSS == nil {
			continue
		}
		if v := float64(*p.PSS); !(s.PSS[i] >= v) { // also when it is still NaN
			s.PSS[i] = v
		}
	}
}

func medianCourse(subject string, courses []Series) Series {
	steps := 0
	for _, c := range courses {
		steps = max(steps, len(c.Seconds))
	}
	out := newSeries(steps)
	out.Subject = subject
	for l, line := range out.lines() {
		for i := range *line {
			var xs []float64
			for _, c := range courses {
				if from := *c.lines()[l]; i < len(from) && !math.IsNaN(from[i]) {
					xs = append(xs, from[i])
				}
			}
			if m, ok := stats.Median(xs); ok {
				(*line)[i] = m
			}
		}
	}
	return out
}
