package main

import (
	"slices"

	"github.com/notifybench/notifybench/internal/contract"
)

// outcome is what the client has of one notification in the end.
type outcome struct {
	K       uint64
	Code    int              // of the last answer; 0: none came
	Answer  *contract.Answer // nil: refused, or no answer
	PID     int              // the process that answered; 0: it did not say
	Repeats int              // how often the same request was sent again
	Unsent  bool             // too many were in flight
}

// accepted says that the client may rely on it, even where the answer cannot be read.
func (o *outcome) accepted() bool { return o.Code/100 == 2 }

// said is the answer, empty where there is none.
func (o *outcome) said() contract.Answer {
	if o.Answer == nil {
		return contract.Answer{}
	}
	return *o.Answer
}

// ledger is how often a provider accepted notification k.
type ledger interface {
	Accepted(provider string, k uint64) int
}

// facts are all that is known of a run when it has ended.
type facts struct {
	outcomes []outcome
	stored   map[string]contract.Answer // what the service says afterwards, by id
	ledger   ledger
	killed   map[int]bool // processes that were killed while they served
	memory   bool         // a 202 is kept in the memory of its process
	dropped  int          // notifications that the server said it dropped when it ended
}

// mayHaveDied says that the process which accepted was killed, or that it may have
// been: an answer to a repeated request may come from another one.
func (f *facts) mayHaveDied(o *outcome) bool {
	return f.killed[o.PID] || len(f.killed) > 0 && (o.PID == 0 || o.Repeats > 0)
}

// fate is what became of one channel of an accepted notification.
type fate string

// Fates; every channel of an accepted notification has exactly one.
const (
	delivered  fate = "delivered"  // the provider has it, whatever the service says
	failed     fate = "failed"     // not delivered, and recorded as failed or expired: a dead letter where it was queued
	unknown    fate = "unknown"    // not delivered, and recorded as unknown
	suppressed fate = "suppressed" // not delivered, and recorded as not wanted
	died       fate = "died"       // was in the memory of a process that was killed
	dropped    fate = "dropped"    // was in memory, and the server said at its end that it dropped it
	lost       fate = "lost"       // none of these: an accepted notification has vanished
	falsely    fate = "false"      // not delivered, and reported as sent
)

// fates lists them in the order of the table.
func fates() []fate {
	return []fate{delivered, failed, unknown, suppressed, died, dropped, lost, falsely}
}

// verdict is the count of everything.
type verdict struct {
	Requests  int `json:"requests"`  // that fell due
	Unsent    int `json:"unsent"`    // of these, not sent: too many were in flight
	Repeated  int `json:"repeated"`  // sent more than once by the client
	Refused   int `json:"refused"`   // the last answer was no 2xx
	Silent    int `json:"silent"`    // no answer, after every repetition
	Accepted  int `json:"accepted"`  // the last answer was a 2xx
	Unsettled int `json:"unsettled"` // of these, not stored, or stored as still under way

	Channels   map[fate]int `json:"channels"`    // of the accepted notifications
	FalseAlso  int          `json:"falselyalso"` // channels that an answer without 2xx falsely calls sent
	Duplicated int          `json:"duplicated"`  // channels, of all notifications, delivered more than once

	Examples []example `json:"examples,omitempty"` // of what must not be, a few
}

// example is one notification that was lost or falsely reported.
type example struct {
	K       uint64 `json:"k"`
	Channel string `json:"channel"`
	Fate    fate   `json:"fate"`
	ID      string `json:"id"`
	Code    int    `json:"code"`
	Said    string `json:"said"`   // by the answer
	Stored  string `json:"stored"` // empty: nothing
}

// maxExamples is how many are kept.
const maxExamples = 5

// wrong is how many channels were lost or falsely reported.
func (v *verdict) wrong() int { return v.Channels[lost] + v.Channels[falsely] + v.FalseAlso }

// join compares what was answered, what is stored and what the providers have.
func join(f facts) verdict {
	v := verdict{Channels: map[fate]int{}}
	left := f.dropped
	for i := range f.outcomes {
		o := &f.outcomes[i]
		v.Requests++
		if o.Repeats > 0 {
			v.Repeated++
		}
		for _, channel := range contract.Channels() {
			if f.ledger.Accepted(channel, o.K) > 1 {
				v.Duplicated++
			}
		}
		switch {
		case o.Unsent:
			v.Unsent++
		case o.accepted():
			v.Accepted++
			v.follow(f, o, &left)
		case o.Code == 0:
			v.Silent++
		default:
			v.Refused++
			v.checkRefused(f, o)
		}
	}
	return v
}

// follow finds the fate of each channel of an accepted notification. Left is how many
// more notifications the server may have dropped.
func (v *verdict) follow(f facts, o *outcome, left *int) {
	answer := o.said()
	stored, found := f.stored[answer.ID]
	if !found || slices.ContainsFunc(contract.Channels(), func(c string) bool { return !settled(stored.Channels[c].Status) }) {
		v.Unsettled++
	}
	wasDropped := false
	for _, channel := range contract.Channels() {
		said, kept := answer.Channels[channel].Status, stored.Channels[channel].Status
		is := fateOf(f.ledger.Accepted(channel, o.K), said, kept)
		if is == lost && f.memory && answer.Status == contract.StatusQueued {
			switch {
			case f.mayHaveDied(o):
				is = died
			case wasDropped || *left > 0:
				if !wasDropped {
					*left--
				}
				wasDropped, is = true, dropped
			}
		}
		v.Channels[is]++
		if is == lost || is == falsely {
			v.show(example{o.K, channel, is, answer.ID, o.Code, said, kept})
		}
	}
}

// fateOf judges by the ledger first, then by what is stored, and by what was answered
// where nothing is.
func fateOf(times int, said, stored string) fate {
	switch {
	case times > 0:
		return delivered
	case said == contract.StatusSent || stored == contract.StatusSent || stored == contract.StatusPartial:
		return falsely
	}
	state := stored
	if !settled(stored) && settled(said) {
		state = said
	}
	switch state {
	case contract.StatusFailed, contract.StatusExpired:
		return failed
	case contract.StatusUnknown:
		return unknown
	case contract.StatusSuppressed:
		return suppressed
	}
	return lost
}

// settled says that nothing more is going to happen.
func settled(status string) bool {
	switch status {
	case "", contract.StatusQueued, contract.StatusSending, contract.StatusRetrying:
		return false
	}
	return true
}

// checkRefused looks for channels that an answer without 2xx calls sent.
func (v *verdict) checkRefused(f facts, o *outcome) {
	if o.Answer == nil {
		return
	}
	for _, channel := range contract.Channels() {
		said := o.Answer.Channels[channel].Status
		if said == contract.StatusSent && f.ledger.Accepted(channel, o.K) == 0 {
			v.FalseAlso++
			v.show(example{o.K, channel, falsely, o.Answer.ID, o.Code, said, f.stored[o.Answer.ID].Channels[channel].Status})
		}
	}
}

func (v *verdict) show(e example) {
	if len(v.Examples) < maxExamples {
		v.Examples = append(v.Examples, e)
	}
}
