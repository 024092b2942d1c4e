package metric

import "github.com/notifybench/notifybench/internal/record"

var queueDepth = Metric{
	ID: "queue_depth", Name: "queue depth", Unit: Requests, Better: Lower,
	Doc: "of a row that queues: the most notifications in the window that were accepted and not done, as the server says " +
		"every 250 ms; of several processes the one that has most",
	of: func(f *facts) Value {
		return f.queue(func(q *record.Queue) Value { return known(float64(q.Peak)) })
	},
}

// queue is a value of what the server said of its queue.
func (f *facts) queue(of func(*record.Queue) Value) Value {
	switch q := f.cell.Server.Queue; {
	case !f.subject.Queues():
		return missing("the row sends before it answers")
	case q == nil || q.Looks == 0:
		return missing("the server did not say how long its queue is")
	default:
		return of(q)
	}
}

// stored says that the queue of a row grew, or shrank, by so much of what it answered
// between the CPU readings that its CPU was spent on other notifications.
func (f *facts) stored() bool {
	q := f.cell.Server.Queue
	if !f.subject.Queues() || q == nil {
		return false
	}
	change := (float64(q.Last) - float64(q.First)) * float64(max(1, f.subject.Processes))
	return max(change, -change) > 0.2*f.answeredCPU
}
