package run

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// drainMargin is what a server may take to end beyond the time that it has to finish:
// calls that are under way then should still be waited for.
const drainMargin = 7 * time.Second

// endLimit is how long the server of a row may take to end once it was told to.
func endLimit(row *plan.Row) time.Duration {
	limit := stopLimit + row.Resolved.Duration("shutdown_grace")
	if !row.Resolved.Queues() {
		return limit
	}
	return max(limit, row.Resolved.Duration("drain")+row.Resolved.Duration("shutdown_grace")) + drainMargin
}

// readDrains sums up the lines `msg=drained drained=N persisted=N dropped=N` of a log,
// one of each process; nil where there is none.
func readDrains(from io.Reader) (sum *record.Drain, err error) {
	lines := bufio.NewReader(from)
	for {
		line, more, err := lines.ReadLine()
		for more && err == nil { // too long to be one of these
			_, more, err = lines.ReadLine()
			line = nil
		}
		if errors.Is(err, io.EOF) {
			return sum, nil
		}
		if err != nil {
			return nil, err
		}
		if d, ok := readDrain(string(line)); ok {
			if sum == nil {
				sum = &record.Drain{}
			}
			sum.Drained += d.Drained
			sum.Persisted += d.Persisted
			sum.Dropped += d.Dropped
		}
	}
}

// maxDrained is more notifications than any server can have had.
const maxDrained = 1 << 40

// readDrain reads one line of a log; not ok where it is no report of a drain.
func readDrain(line string) (d record.Drain, ok bool) {
	said, known := false, 0
	for field := range strings.FieldsSeq(line) {
		key, value, _ := strings.Cut(field, "=")
		var into *uint64
		switch key {
		case "msg":
			said = value == "drained"
		case "drained":
			into = &d.Drained
		case "persisted":
			into = &d.Persisted
		case "dropped":
			into = &d.Dropped
		}
		if into == nil {
			continue
		}
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil || n > maxDrained {
			return d, false
		}
		*into, known = n, known+1
	}
	return d, said && known == 3
}

// drainOf is what a server's log says of its end; nil: nothing.
func drainOf(path string) *record.Drain {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	d, err := readDrains(f)
	if err != nil {
		return nil
	}
	return d
}
