// Package provider makes the calls to the providers: the wire formats, the HTTP
// clients, what an answer means, and what is done about it.
//
// The model of one call (Send): the message is put into the wire format of its
// channel; a call is made, and others after it for as long as it fails for a
// reason that may pass, there are attempts left, the provider's retry budget
// allows it and the deadline leaves time. Before each, the protections that are
// switched on have their say, in this order: an open breaker turns the call away,
// the bulkhead has it wait for a place, the rate limit for its token. A call
// lasts at most CallTimeout and none outlives the deadline; waiting for the
// bulkhead and the rate limit counts against the deadline alone.
//
// Classes (Class) decide: permanent errors are never repeated, throttled and
// transient ones are, ambiguous ones (timed out after the call was written) only
// when told to, as the provider may have them. Transient includes a connection
// that broke after the call was written: few providers fail that way after having
// taken a message, but those that do get it twice.
//
// Nothing below this package repeats a call and no redirect is followed, so that
// Result.Attempts is what a provider that counts its calls will have counted.
//
// Limits: a reply of maxReply bytes, a wait of maxPause at a provider's word, a
// back-off of maxBackoff.
package provider

import (
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// channelCount is the number of channels; a channel is its index in
// contract.Channels.
const channelCount = 3

// Config is how calls are made. The zero value of a protection leaves it out.
type Config struct {
	URLs        [channelCount]*url.URL // base URLs by channel, their path is kept; nil: the channel is not offered
	Wire        string                 // contract.WirePlain, contract.WireVendor
	Client      string                 // contract.ClientNetHTTP, contract.ClientFastHTTP
	PerRequest  bool                   // connections are made for each session and not kept
	MaxConns    int                    // per provider
	CallTimeout time.Duration
	Credentials Credentials

	Attempts       int           // of one message, the first included; 0 means 1
	Backoff        time.Duration // cap of the wait after the first attempt; it doubles with each
	Jitter         string        // contract.JitterFull, contract.JitterNone; of no matter with one attempt
	Budget         float64       // retries as a share of first attempts, per provider; 0: none
	RetryAmbiguous bool
	Breaker        bool
	BreakerOpen    time.Duration
	Bulkhead       int // calls in flight per provider; 0: any number
	RateLimit      int // calls/s per provider; 0: no limit

	Draws rand.Source // of the waits; nil: seeded at random
}

// Credentials are what the providers know us by. They are used in wire format
// vendor alone.
type Credentials struct {
	SendGridKey    string
	EmailFrom      string
	TwilioAccount  string
	TwilioToken    string
	SMSFrom        string
	FCMProject     string
	FCMAccessToken string
}

// String keeps secrets out of whatever prints a Config.
func (Credentials) String() string { return "(credentials)" }

// GoString does so for %#v.
func (c Credentials) GoString() string { return c.String() }

// Message is what is sent to one address. Its strings are valid UTF-8 and arrive
// unchanged.
type Message struct {
	To      string // email address, phone number or device token
	Subject string
	Text    string
}

// Result is what became of a message on one channel.
type Result struct {
	Status     string // contract.StatusSent, StatusFailed, StatusUnknown
	Class      Class  // of the last attempt
	ProviderID string
	Attempts   int    // calls that were written or may have been
	Problem    string // of the last attempt; empty when it was sent
	Late       bool   // ran out of time

	Served time.Duration // by the provider as it says, over all attempts
	Timed  bool          // it says so of every attempt, or was not called

	MayHaveArrived bool // an attempt was written and had no answer, whatever is made of that
	Unregistered   bool // the device token is dead: forget it
}

// After puts the attempts that came before together with r, which was the last.
// A message of which one attempt may have arrived has not failed.
func (r Result) After(earlier Result) Result {
	r.Attempts += earlier.Attempts
	r.Served += earlier.Served
	r.Timed = r.Timed && earlier.Timed
	r.MayHaveArrived = r.MayHaveArrived || earlier.MayHaveArrived
	if r.Status == contract.StatusFailed && earlier.Status == contract.StatusUnknown {
		r.Status = contract.StatusUnknown
	}
	return r
}
