package metric

import (
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// waits is what is known of the requests' waiting for their providers.
type waits struct {
	path      *path
	pathError string // why path is nil
	waited    int    // answers that say that every channel was sent
	early     int    // of these, sooner than their providers allow
	slowest   time.Duration
	answers   answers
}

func newWaits(f *facts) waits {
	if f.subject.Queues() { // nobody waits for them
		return waits{answers: newAnswers(f.cell.Generator.Window)}
	}
	p, err := newPath(f.run, f.cell, f.subject)
	if err != nil {
		return waits{pathError: err.Error(), answers: newAnswers(f.cell.Generator.Window)}
	}
	return waits{path: p, answers: newAnswers(f.cell.Generator.Window)}
}

// expected is the shortest provider path of a request, from begin to end after the
// start of the window; 0 where it is not known.
func (w *waits) expected(q *record.Request, begin, end time.Duration) time.Duration {
	if w.path == nil {
		return 0
	}
	return w.path.of(q.K, begin, end)
}

// wait looks at one request.
func (w *waits) wait(q *record.Request, begin, end, planned time.Duration) {
	due, answered := end, q.Outcome.Answered()
	// Only the planned path of what all its providers were called for is known.
	if w.path != nil && (q.Outcome == record.OutcomeOK || !answered) {
		due = begin + planned
		w.slowest = max(w.slowest, planned)
		if answered {
			w.waited++
			if q.Latency+pathSlack < planned {
				w.early++
			}
		}
	}
	w.answers.add(end, due, answered)
}
