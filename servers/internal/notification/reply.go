package notification

import (
	"encoding/json"
	"net/http"

	"github.com/notifybench/notifybench/internal/contract"
)

// Reply is an answer before a transport has it: JSON with its status.
type Reply struct {
	Status     int
	Allow      string // header of a 405
	RetryAfter string // header of a 503 or 409, seconds
	Location   string // header of a 202: where the outcome can be asked for
	Replayed   bool   // header Idempotent-Replayed: the answer of an earlier request
	Type       string // media type where it is not ContentType
	Timing     string // header Server-Timing of an answer of POST /notify
	Body       []byte
}

// ContentType is the media type of a Reply that gives no other.
const ContentType = "application/json"

// NotFound answers an unknown path.
func NotFound() Reply { return refuse(http.StatusNotFound, "no such path") }

// MethodNotAllowed answers a known path under a wrong method.
func MethodNotAllowed(allow string) Reply {
	r := refuse(http.StatusMethodNotAllowed, "method not allowed; use "+allow)
	r.Allow = allow
	return r
}

// BodyTooLarge answers a body beyond contract.MaxBody.
func BodyTooLarge() Reply { return refuse(http.StatusRequestEntityTooLarge, "body too large") }

// HeaderTooLarge answers a request head beyond what the server reads.
func HeaderTooLarge() Reply {
	return refuse(http.StatusRequestHeaderFieldsTooLarge, "request header too large")
}

// BodyUnreadable answers a request that did not arrive whole.
func BodyUnreadable() Reply { return refuse(http.StatusBadRequest, "cannot read the request") }

// BodyTooSlow answers a client that took too long to send its request.
func BodyTooSlow() Reply {
	return refuse(http.StatusRequestTimeout, "the request took too long to arrive")
}

// Busy answers when there is no room for another request: it waited for nothing
// and called nobody.
func Busy() Reply {
	r := refuse(http.StatusServiceUnavailable, "too many requests are waiting")
	r.RetryAfter, r.Timing = "1", timingHeader(0, 0, true)
	return r
}

// QueueFull answers when no more notifications are accepted for now.
func QueueFull() Reply {
	r := refuse(http.StatusServiceUnavailable, "the queue is full")
	r.RetryAfter = "1"
	return r
}

func internalError() Reply { return refuse(http.StatusInternalServerError, "internal error") }

// Usual says that a reply has the type ContentType, a timing, and nothing else to be
// said in its header.
func (r *Reply) Usual() bool {
	return r.Timing != "" && r.Type == "" && r.Allow == "" && r.RetryAfter == "" && r.Location == "" && !r.Replayed
}

// Headers are the header fields of a reply, its length left out, in a fixed order.
func (r *Reply) Headers(yield func(name, value string) bool) {
	kind, replayed := r.Type, ""
	if kind == "" {
		kind = ContentType
	}
	if r.Replayed {
		replayed = "true"
	}
	for _, f := range [...][2]string{
		{"Content-Type", kind}, {contract.HeaderTiming, r.Timing}, {"Allow", r.Allow},
		{"Retry-After", r.RetryAfter}, {"Location", r.Location}, {contract.HeaderReplayed, replayed},
	} {
		if f[1] != "" && !yield(f[0], f[1]) {
			return
		}
	}
}

func refuse(status int, text string, fields ...contract.FieldError) Reply {
	body, err := json.Marshal(contract.Refusal{Error: text, Fields: fields})
	if err != nil {
		panic(err) // strings alone: cannot happen
	}
	return Reply{Status: status, Body: body}
}
