package metric

import (
	"errors"
	"io/fs"

	"github.com/notifybench/notifybench/internal/record"
)

// delivery counts what became of the requests sent in the window, by what the
// providers accepted. It is a partition but for duplicated. A request that was
// cut off at the end of the drain is left out: the measurement decided its fate. A
// channel that goes to several devices is accepted once for each.
type delivery struct {
	delivered, lost, falselyReported uint64
	duplicated                       uint64
	// Of the lost, those of which nobody was told: answered well, or not at all.
	lostAnswered, lostUnanswered uint64
}

// ofDelivered words the population in the docs of the metrics below.
const ofDelivered = "of the requests sent in the window (the warm-up and what was cut off at the end of the " +
	"drain left out; of a row that queues, the accepted ones), "

var delivered = Metric{
	ID: "delivered", Name: "delivered", Unit: Requests, Better: Higher,
	Doc: ofDelivered + "those of which every channel was accepted by its provider, whatever the answer said",
	of:  func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.delivered }) },
}

var lost = Metric{
	ID: "lost", Name: "lost", Unit: Requests, Better: Lower,
	Doc: ofDelivered + "those of which a channel was never accepted, and no such channel was reported as sent: " +
		"refused, failed and timed out ones among them",
	of: func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.lost }) },
}

var lostAnswered = Metric{
	ID: "lost_answered", Name: "lost, answered well", Unit: Requests, Better: Lower,
	Doc: "of the lost ones, those whose answer was good: nobody will send them again",
	of:  func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.lostAnswered }) },
}

var lostUnanswered = Metric{
	ID: "lost_unanswered", Name: "lost, unanswered", Unit: Requests, Better: Lower,
	Doc: "of the lost ones, those without an answer: the connection was refused, reset or cut off",
	of:  func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.lostUnanswered }) },
}

var duplicated = Metric{
	ID: "duplicated", Name: "duplicated", Unit: Requests, Better: Lower,
	Doc: ofDelivered + "those of which a channel was accepted more than once",
	of:  func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.duplicated }) },
}

var falselyReported = Metric{
	ID: "falsely_reported", Name: "falsely reported", Unit: Requests, Better: Lower,
	Doc: ofDelivered + "those of which a channel was never accepted though the answer says that it was sent",
	of:  func(f *facts) Value { return f.deliveries(func(d delivery) uint64 { return d.falselyReported }) },
}

func (f *facts) deliveries(of func(delivery) uint64) Value {
	if f.ledger == nil {
		if f.noLedger != "" {
			return missing(f.noLedger)
		}
		return missing("the record has no ledger of the providers")
	}
	if why, ok := f.raw(); !ok {
		return missing(why)
	}
	if f.broken != "" {
		return missing("the raw requests are incomplete: " + f.broken)
	}
	return known(float64(of(f.delivery.late(f.cell.Server.Left()))))
}

// openLedger reads what the providers accepted, if the record says so.
func (f *facts) openLedger(src Source) {
	ledger, err := src.Ledger(f.cell)
	switch {
	case err == nil:
		f.ledger = ledger
	case !errors.Is(err, fs.ErrNotExist):
		f.noLedger = err.Error()
	}
}

// deliver joins a request with what the providers accepted of it.
func (f *facts) deliver(q *record.Request) {
	if f.ledger == nil {
		return
	}
	f.take(q)
	f.carry(q)
	if q.Outcome == record.OutcomeUnfinished || f.subject.Queues() && !q.Outcome.Good() {
		return
	}
	missed, claimed, again := false, false, false
	for i, channel := range f.run.Scenario.Channels {
		n, due := f.taken[i], f.run.Scenario.CallsPer(channel)
		missed = missed || n < due
		claimed = claimed || n < due && q.Reported&(1<<i) != 0
		again = again || n > due
	}
	switch {
	case claimed:
		f.delivery.falselyReported++
	case missed:
		f.delivery.lose(q.Outcome)
	default:
		f.delivery.delivered++
	}
	if again {
		f.delivery.duplicated++
	}
}

// lose counts a lost one. Whoever sent it has been told by any answer that is not good,
// and knows of a timeout of its own.
func (d *delivery) lose(o record.Outcome) {
	d.lost++
	switch {
	case o.Good():
		d.lostAnswered++
	case o == record.OutcomeConnection:
		d.lostUnanswered++
	}
}

// late takes what a server has left on disk out of the lost ones: it waits there, and
// will be sent. Which of them lie in the window is not known: those of the window
// count first.
func (d delivery) late(left uint64) delivery {
	d.lost -= min(d.lost, left)
	d.lostAnswered -= min(d.lostAnswered, left)
	return d
}

// Deliveries are what became of the notifications of a row, summed over the cells
// that it shows and whose providers kept a ledger.
type Deliveries struct {
	Cells           int    `json:"cells"` // summed over; 0: nothing is known
	Delivered       uint64 `json:"delivered"`
	Lost            uint64 `json:"lost"`
	Duplicated      uint64 `json:"duplicated"`
	FalselyReported uint64 `json:"falsely_reported"`
	Waiting         uint64 `json:"waiting,omitempty"` // left on disk by a server that ended: none of the lost
}

// Wrong says that something became of them that should not have.
func (d *Deliveries) Wrong() bool { return d.Lost+d.Duplicated+d.FalselyReported > 0 }

func deliveriesOf(run *record.Run, shown []*measured) (d Deliveries) {
	for _, c := range shown {
		if !c.Values[delivered.ID].OK {
			continue
		}
		count := func(m Metric) uint64 { return uint64(c.Values[m.ID].V) }
		d.Cells++
		d.Delivered += count(delivered)
		d.Lost += count(lost)
		d.Duplicated += count(duplicated)
		d.FalselyReported += count(falselyReported)
		d.Waiting += run.Cells[c.Index].Server.Left()
	}
	return d
}
