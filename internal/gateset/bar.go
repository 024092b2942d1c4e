package gateset

import (
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
)

// A bar is as wide for every metric, and its scale is the tolerance: no change is in the
// middle, the tolerance half way to the right, where it is worse.
const (
	barHalf      = 14 // columns on either side of the middle
	barTolerance = 7  // columns from the middle to the tolerance
	barWidth     = 2*barHalf + 1
	barTitle     = "better        0     tol worse"
)

// strokes are what a bar is drawn with; each is one column wide.
type strokes struct {
	zero, tolerance, line, cross, estimate, beyondLeft, beyondRight string
}

func strokesOf(ascii bool) strokes {
	if ascii {
		return strokes{"|", ":", "-", "+", "o", "<", ">"}
	}
	return strokes{"│", "┊", "─", "┼", "●", "◀", "▶"}
}

// bar draws the change and its interval. What lies beyond either end is an arrow.
func bar(f *gate.Finding, ascii bool) string {
	k := strokesOf(ascii)
	cells := make([]string, barWidth)
	for i := range cells {
		cells[i] = " "
	}
	cells[barHalf], cells[barHalf+barTolerance] = k.zero, k.tolerance
	limit := tolerance(f)
	if !estimated(f) || limit <= 0 {
		return strings.Join(cells, "")
	}
	if i, ok := interval(f); ok {
		cells = k.span(cells, column(i.Lo, limit), column(i.Hi, limit))
	}
	switch at := column(f.Change, limit); {
	case at < 0:
		cells[0] = k.beyondLeft
	case at >= barWidth:
		cells[barWidth-1] = k.beyondRight
	default:
		cells[at] = k.estimate
	}
	return strings.Join(cells, "")
}

// column is where a change is drawn, and outside of the bar where it lies beyond it.
func column(change, limit float64) int {
	return barHalf + int(math.Round(max(-100, min(100, change/limit*barTolerance))))
}

func (k strokes) span(cells []string, lo, hi int) []string {
	for at := max(lo, 0); at <= min(hi, barWidth-1); at++ {
		if cells[at] == " " {
			cells[at] = k.line
		} else {
			cells[at] = k.cross
		}
	}
	if lo < 0 {
		cells[0] = k.beyondLeft
	}
	if hi >= barWidth {
		cells[barWidth-1] = k.beyondRight
	}
	return cells
}
