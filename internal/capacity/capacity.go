// Package capacity finds the highest rate at which a server meets its objective:
// a pure state machine, observation in, next trial out. It waits for nothing and
// reads no clock; time that has been used is an argument.
//
// Rates lie on a geometric grid of 3%. A pilot at the lowest rate tells what a
// request costs, hence where to start; single short steps of ×1.5 find a rate that
// fails; then the grid between is bisected, each load judged by the best of three
// trials. The search ends when a load that holds and one that fails are neighbours
// on the grid and both have been judged, or when its budget is used up. A trial
// that is not valid is repeated, never counted.
//
// A load between neighbours is not told apart: the result is a bracket, not a
// number.
package capacity

import (
	"strconv"
	"time"
)

// Arrivals of the requests of a trial.
const (
	Uniform = "uniform" // evenly spaced
	Poisson = "poisson" // independent users
)

// MissRatio is the share of the scheduled requests of a trial that may be bad. Of
// fewer than 100 requests that is none. The rule is equally strict for short
// trials and long: a server that misses just this share passes some 60% of them,
// be it 50 requests with none bad (0.99⁵⁰ = 61%) or 500 with five (62%).
const MissRatio = 0.01

// Options of a search.
type Options struct {
	From, To float64       // lowest and highest rate, req/s
	Arrivals string        // Uniform or Poisson
	Budget   time.Duration // of all trials of a search together
}

// Defaults are the options of which nothing is said.
func Defaults() Options {
	return Options{From: 10, To: 50_000, Arrivals: Uniform, Budget: 3 * time.Minute}
}

// Step is the length of the measurement of a step: 3 s of a budget of 180 s.
func (o Options) Step() time.Duration { return (o.Budget / 60).Truncate(time.Millisecond) }

// Trial is the length of the measurement of a trial that judges: 5 s of 180 s.
func (o Options) Trial() time.Duration { return (o.Budget / 36).Truncate(time.Millisecond) }

// Load is a constant load of a rate in the notation of package shape.
func (o Options) Load(rate float64) string {
	text := strconv.FormatFloat(rate, 'f', -1, 64) + "/s"
	if o.Arrivals == Poisson {
		return "{poisson: {rate: " + text + "}}"
	}
	return text
}

// Prior is what is known of a server before the first trial. Zero: not known. It
// decides where the search begins, never where it ends.
type Prior struct {
	Ceiling  float64 // lowest ceiling known in advance, req/s
	InFlight int     // requests that may be in flight
}

// Phase is what a trial is for.
type Phase string

// The phases.
const (
	Pilot Phase = "pilot" // at the lowest rate
	Step  Phase = "step"  // one short trial, to narrow down where to judge
	Judge Phase = "judge" // one of up to three
)

// Trial is what to measure next.
type Trial struct {
	Rate   float64 // req/s
	Length time.Duration
	Phase  Phase
}

// Observation is what a trial has shown.
type Observation struct {
	Scheduled int // requests that fell due in the window
	// Bad of these: an error, unsent, unfinished, wrong, or answered later than the
	// objective allows, counted from the intended send.
	Bad     int
	Growing bool // the backlog grew through the window
	// Invalid says why the trial is not to be believed; empty: it is.
	Invalid string
	// Generator says that it is not valid because the generator, or the providers,
	// could do no more.
	Generator bool
	Why       string        // what was bad, in words: "3.2% of requests late"
	CPU       time.Duration // of a request, divided by the cores of the server; 0: not known
	Latency   time.Duration // typical; 0: not known
}

// Verdict of a trial, and of a load.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Fails   Verdict = "fails"
	Invalid Verdict = "invalid" // of a load: none of several trials was valid
)

// Verdict judges one trial.
func (o Observation) Verdict() Verdict {
	switch {
	case o.Invalid != "":
		return Invalid
	case o.Scheduled == 0 || o.Growing || float64(o.Bad) > MissRatio*float64(o.Scheduled):
		return Fails
	}
	return Holds
}

// Reason says why the verdict is what it is.
func (o Observation) Reason() string {
	if o.Invalid != "" {
		return o.Invalid
	}
	return o.Why
}
