package latency

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// TraceFault is what is wrong with a line of a file of samples.
type TraceFault struct {
	Line, Column int // from 1; 0 where the whole file is meant
	What         string
	Instead      string // what to write instead
}

// Limits of a file of samples.
const (
	maxTraceLine   = 1024 // bytes
	maxTraceFaults = 10   // reported at once
)

// ReadTrace reads a file of samples: one duration a line, "#" begins a comment,
// empty lines are passed over. It reports every fault up to ten, and no trace
// where there is one.
func ReadTrace(r io.Reader) (Dist, []TraceFault) {
	var samples []time.Duration
	var faults []TraceFault
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxTraceLine), maxTraceLine)
	number := 0
	for lines.Scan() && len(faults) < maxTraceFaults {
		number++
		line, _, _ := strings.Cut(lines.Text(), "#")
		text := strings.TrimSpace(line)
		if text == "" {
			continue
		}
		if len(samples) == MaxSamples {
			return nil, []TraceFault{{number, 1, fmt.Sprintf("more than %d samples", MaxSamples),
				"keep every so-many-th of them"}}
		}
		d, err := duration(text)
		if err != nil {
			column := len(line) - len(strings.TrimLeft(line, " \t")) + 1
			faults = append(faults, TraceFault{number, column, sampleFault(text, err), "write a duration such as 12ms"})
			continue
		}
		samples = append(samples, d)
	}
	if err := lines.Err(); err != nil && len(faults) == 0 {
		faults = append(faults, readFault(number+1, err))
	}
	if len(faults) > 0 {
		return nil, faults
	}
	d, err := newTrace(samples)
	if err != nil {
		return nil, []TraceFault{{0, 0, "no sample in it", "write one duration a line, such as 12ms"}}
	}
	return d, nil
}

// sampleFault is a fault of duration without its advice, which is not one for a file.
func sampleFault(text string, err error) string {
	if _, e := time.ParseDuration(text); e != nil {
		return fmt.Sprintf("%.40q is not a duration", text)
	}
	return err.Error()
}

func readFault(line int, err error) TraceFault {
	if errors.Is(err, bufio.ErrTooLong) {
		return TraceFault{line, 1, fmt.Sprintf("a line of more than %d bytes", maxTraceLine), "write one duration a line"}
	}
	return TraceFault{0, 0, err.Error(), ""}
}
