package metric

import (
	"cmp"
	"slices"

	"github.com/notifybench/notifybench/internal/record"
)

// Fates are what became of the requests of a row, over all its cells, valid or not,
// and of its servers: what no speed makes up for. A cell that failed counts with what
// its generator saw of it; what was delivered is not known of it.
type Fates struct {
	Requests uint64 `json:"requests"` // due in the windows
	Errors   uint64 `json:"errors"`   // of these, not answered well; wrong answers left out
	Wrong    uint64 `json:"wrong"`    // of these, answered otherwise than was true or asked for
	// Lost were never delivered, and no answer told: it was good, or there was none. One that
	// was refused, failed or timed out is an error and no loss.
	Lost       uint64 `json:"lost"`
	Unanswered uint64 `json:"unanswered"` // of the lost, those without an answer
	False      uint64 `json:"false"`      // never accepted by a provider though the answer says that it was sent
	// Unknown is why Lost and False leave out a cell that was measured; empty: they do not.
	Unknown string `json:"unknown,omitempty"`

	Died    bool   `json:"died,omitempty"`     // a server ended under load
	Error   string `json:"error,omitempty"`    // of the first cell of which a server ended or, if none did, that failed
	LogTail string `json:"log_tail,omitempty"` // of that cell
}

// FatesOf are the fates of a subject under a load, or under all if load is empty. The
// summary is that of the run.
func FatesOf(run *record.Run, s *Summary, subject, load string) Fates {
	var f Fates
	for i := range run.Cells {
		c := &run.Cells[i]
		if c.Subject != subject || load != "" && c.Load != load {
			continue
		}
		f.count(c, opened(run, c.Load))
		switch c.Status {
		case record.StatusOK:
			f.deliver(s.Cells[i].Values)
		case record.StatusFailed:
			f.fail(c)
		}
	}
	return f
}

// FailedIn are the requests of one cell that were due in its window, and those of them that
// were not answered well, wrong answers left out: as Fates has them.
func FailedIn(run *record.Run, c *record.Cell) (requests, errors uint64) {
	var f Fates
	f.count(c, opened(run, c.Load))
	return f.Requests, f.Errors
}

func opened(run *record.Run, load string) bool {
	return slices.ContainsFunc(run.Loads, func(l record.Load) bool { return l.Name == load && l.Open })
}

// count adds the requests of a cell. In a closed loop what is cut off at the end had
// merely been waiting its turn.
func (f *Fates) count(c *record.Cell, open bool) {
	g := &c.Generator
	for outcome, n := range g.Outcomes {
		switch {
		case outcome == record.OutcomeUnfinished && !open:
			continue
		case outcome == record.OutcomeWrong:
			f.Wrong += n
		case !outcome.Good():
			f.Errors += n
		}
		f.Requests += n
	}
	if open {
		f.Requests += g.Unsent
		f.Errors += g.Unsent
	}
}

// deliver adds what is known of the deliveries of a measured cell.
func (f *Fates) deliver(values map[string]Value) {
	answered, unanswered, claimed := values[lostAnswered.ID], values[lostUnanswered.ID], values[falselyReported.ID]
	if !answered.OK || !unanswered.OK || !claimed.OK {
		f.Unknown = cmp.Or(answered.Why, unanswered.Why, claimed.Why, "it was not measured")
		return
	}
	f.Lost += uint64(answered.V) + uint64(unanswered.V)
	f.Unanswered += uint64(unanswered.V)
	f.False += uint64(claimed.V)
}

// fail notes how a cell came to have no numbers.
func (f *Fates) fail(c *record.Cell) {
	if f.Error == "" || c.Died && !f.Died {
		f.Error, f.LogTail = c.Error, c.LogTail
	}
	f.Died = f.Died || c.Died
}
