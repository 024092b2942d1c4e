package metric

import "github.com/notifybench/notifybench/internal/record"

var queueAge = Metric{
	ID: "queue_age", Name: "queue age", Unit: Nanoseconds, Better: Lower,
	Doc: "of a row that queues: how long the oldest notification in the window had been waiting, as the server says " +
		"every 250 ms",
	of: func(f *facts) Value {
		return f.queue(func(q *record.Queue) Value {
			if q.Oldest == nil {
				return missing("the server did not say how old its queue is")
			}
			return known(float64(*q.Oldest))
		})
	},
}
