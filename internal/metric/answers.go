package metric

import "time"

// answers remembers when answers came and when they were due, by the millisecond:
// memory goes with the length of the window, not with the number of requests.
type answers struct {
	window, step time.Duration
	instants     []instant // the last one stands for all that ended after the window
}

// instant is what ended within one step.
type instant struct {
	answered bool
	due      time.Duration // the earliest
}

// maxInstants bounds the memory of windows longer than a quarter of an hour.
const maxInstants = 1 << 20

func newAnswers(window time.Duration) answers {
	a := answers{window: window, step: max(time.Millisecond, window/maxInstants)}
	a.instants = make([]instant, window/a.step+1)
	for i := range a.instants {
		a.instants[i].due = window
	}
	return a
}

// add takes a request that ended at a time after the start of the window, and whose
// providers were done by due.
func (a *answers) add(end, due time.Duration, answered bool) {
	last := len(a.instants) - 1
	in := &a.instants[min(max(0, int(end/a.step)), last)]
	in.answered = in.answered || answered
	in.due = min(in.due, due)
}

// silence is the longest time between two answers in which a request was overdue.
func (a *answers) silence() (at, length time.Duration) {
	last := len(a.instants) - 1
	overdue, next := a.instants[last].due, a.window // the earliest due of what ended from next on
	for i := last - 1; i >= -1; i-- {
		in, end := instant{answered: true, due: a.window}, time.Duration(0) // the window's begin
		if i >= 0 {
			in, end = a.instants[i], time.Duration(i)*a.step
		}
		if in.answered {
			from := max(end, overdue, 0)
			if l := next - from; l > length {
				at, length = from, l
			}
			next = end
		}
		overdue = min(overdue, in.due)
	}
	return at, length
}
