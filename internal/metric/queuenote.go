package metric

import (
	"fmt"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// queueNote says what the queue of a row did over the cells shown, the worst of each:
// "queue: peak 812 waiting, oldest 3.9 s; persisted 40 notifications, all sent when the
// server was started again". Empty where there is nothing to say.
func queueNote(run *record.Run, shown []*measured) string {
	var parts []string
	peak, oldest, looked := uint64(0), time.Duration(0), false
	var drain record.Drain
	var left uint64
	for _, c := range shown {
		s := &run.Cells[c.Index].Server
		if q := s.Queue; q != nil {
			looked, peak = true, max(peak, q.Peak)
			if q.Oldest != nil {
				oldest = max(oldest, *q.Oldest)
			}
		}
		if d := s.Drain; d != nil {
			drain.Persisted += d.Persisted
			drain.Dropped += d.Dropped
			left += s.Left()
		}
	}
	if looked {
		parts = append(parts, fmt.Sprintf("peak %s waiting, oldest %s", Thousands(fmt.Sprint(peak)), Time(float64(oldest))))
	}
	if n := drain.Persisted; n > 0 {
		end := "all sent when the server was started again"
		if left > 0 {
			end = fmt.Sprintf("%s of them not sent when it was started again: they wait, and are none of its lost ones",
				Thousands(fmt.Sprint(left)))
		}
		parts = append(parts, fmt.Sprintf("persisted %s at its end, %s", Count(n, "notification"), end))
	}
	if n := drain.Dropped; n > 0 {
		parts = append(parts, fmt.Sprintf("dropped %s at its end", Count(n, "notification")))
	}
	if len(parts) == 0 {
		return ""
	}
	return "queue: " + strings.Join(parts, "; ")
}
