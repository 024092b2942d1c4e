package provider

import "net/http"

// Class is what the end of an attempt means for the next one.
type Class uint8

// Classes of attempts. The first five are of calls that were made, as far as the
// connection allowed; the others were turned away before they were.
const (
	ClassSent      Class = iota + 1
	ClassPermanent       // the provider will never take it: 4xx but 429, 501, a redirect
	ClassThrottled       // 429, or the provider's own word for it: not taken, later perhaps
	ClassTransient       // 5xx but 501, no connection to be had, a connection that broke
	ClassAmbiguous       // no answer in time after the call was written, or an unknown kind of success

	ClassBreakerOpen // the breaker let no call pass
	ClassNoRoom      // no connection, place in the bulkhead or token of the rate limit in time
	ClassNoTime      // the deadline had passed
	ClassStopped     // Stop came while it waited
)

// Classes lists every class.
func Classes() []Class {
	return []Class{ClassSent, ClassPermanent, ClassThrottled, ClassTransient, ClassAmbiguous,
		ClassBreakerOpen, ClassNoRoom, ClassNoTime, ClassStopped}
}

// String is the name of a class, fit for a metric's label.
func (c Class) String() string {
	switch c {
	case ClassSent:
		return "sent"
	case ClassPermanent:
		return "permanent"
	case ClassThrottled:
		return "throttled"
	case ClassTransient:
		return "transient"
	case ClassAmbiguous:
		return "ambiguous"
	case ClassBreakerOpen:
		return "breaker_open"
	case ClassNoRoom:
		return "no_room"
	case ClassNoTime:
		return "no_time"
	case ClassStopped:
		return "stopped"
	}
	return "none"
}

// TurnedAway says whether the call was never made: it costs no attempt and no
// budget to make it later.
func (c Class) TurnedAway() bool { return c >= ClassBreakerOpen }

// ending is how a call ended, as far as its class depends on it.
type ending struct {
	status    int  // of the answer; 0: there was none
	accepted  bool // the status is this provider's success
	throttled bool // the answer is this provider's "too many"

	timeout bool // without an answer: time ran out
	written bool // without an answer: the provider may have got the call
}

func (e ending) class() Class {
	switch {
	case e.status == 0:
		return e.unanswered()
	case e.accepted:
		return ClassSent
	case e.throttled, e.status == http.StatusTooManyRequests:
		return ClassThrottled
	case e.status >= 200 && e.status < 300:
		return ClassAmbiguous
	case e.status >= 500 && e.status != http.StatusNotImplemented:
		return ClassTransient
	}
	return ClassPermanent
}

// unanswered takes a connection that broke after the call was written for
// transient: see the package comment.
func (e ending) unanswered() Class {
	switch {
	case !e.timeout:
		return ClassTransient
	case e.written:
		return ClassAmbiguous
	}
	return ClassNoRoom
}
