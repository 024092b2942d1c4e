package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// drainReport is what a server says of its end, all processes added up.
type drainReport struct {
	Reports   int `json:"reports"` // lines found; 0: nothing was said
	Drained   int `json:"drained"`
	Persisted int `json:"persisted"`
	Dropped   int `json:"dropped"`
}

// readDrain reads the lines "msg=drained … drained=N persisted=N dropped=N" of a log.
func readDrain(log io.Reader) (all drainReport, err error) {
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadString('\n')
		all.add(line)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, fmt.Errorf("read the server's log: %w", err)
		}
	}
}

// add takes up a line that is a report: one with all three numbers.
func (r *drainReport) add(line string) {
	values := map[string]string{}
	for _, field := range strings.Fields(line) {
		if key, value, ok := strings.Cut(field, "="); ok {
			values[key] = value
		}
	}
	if values["msg"] != "drained" {
		return
	}
	var n [3]int
	for i, key := range []string{"drained", "persisted", "dropped"} {
		v, err := strconv.ParseInt(values[key], 10, 32)
		if err != nil || v < 0 {
			return
		}
		n[i] = int(v)
	}
	r.Reports++
	r.Drained, r.Persisted, r.Dropped = r.Drained+n[0], r.Persisted+n[1], r.Dropped+n[2]
}

// queueDepth is the metric that says how much a server has accepted and not done.
const queueDepth = "notify_queue_depth"

// readMetric adds up a metric over its labels; ok is false where there is none.
func readMetric(text io.Reader, name string) (sum float64, ok bool, err error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		rest, is := strings.CutPrefix(lines.Text(), name)
		if !is {
			continue
		}
		if rest != "" && rest[0] == '{' {
			rest = rest[strings.LastIndexByte(rest, '}')+1:]
		}
		fields := strings.Fields(rest)
		if len(fields) == 0 || rest[0] != ' ' {
			continue
		}
		if v, err := strconv.ParseFloat(fields[0], 64); err == nil && !math.IsNaN(v) {
			sum, ok = sum+v, true
		}
	}
	return sum, ok, lines.Err()
}

// servedBy is the process that an answer's Server-Timing header names; 0: none.
func servedBy(header string) int {
	for t, rest, ok := contract.NextTiming([]byte(header)); ok; t, rest, ok = contract.NextTiming(rest) {
		if t.Name == contract.TimingProcess {
			if pid, err := strconv.Atoi(t.Desc); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}
