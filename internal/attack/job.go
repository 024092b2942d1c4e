// Package attack is the load generator: vegeta behind our own pacer. It runs as
// a process of its own, so that nothing the harness does delays a send.
//
// Every request belongs to a slot of the schedule: slot k is due at an intended
// time and carries k to the providers. Response time counts from the intended
// send, service time from the actual one; both are kept. A slot that falls due
// while max_in_flight requests are in flight is not sent but counted.
package attack

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// Job tells a generator what to do: one JSON object on its standard input.
type Job struct {
	URL         string        `json:"url"`      // of the notify endpoint
	Shape       string        `json:"shape"`    // in the notation of package shape
	Seed        uint64        `json:"seed"`     // of random arrivals
	Channels    []string      `json:"channels"` // of each notification
	Warmup      time.Duration `json:"warmup"`
	Duration    time.Duration `json:"duration"` // of measurement
	Drain       time.Duration `json:"drain"`
	Timeout     time.Duration `json:"timeout"` // of one request
	MaxInFlight int           `json:"max_in_flight"`
	Requests    string        `json:"requests"` // file for the measured requests

	Users   bool `json:"users,omitempty"`   // see Form
	Devices int  `json:"devices,omitempty"` // see Form
	// Method is GET or, empty or not, POST; a GET has no body.
	Method string `json:"method,omitempty"`
	// KeyPrefix begins the Idempotency-Key of every request; empty: none is sent.
	KeyPrefix string `json:"key_prefix,omitempty"`
}

// form is what the notifications of the job have in common.
func (j *Job) form() Form {
	return Form{Method: j.Method, Channels: j.Channels, Users: j.Users, Devices: j.Devices}
}

// Event is one line of a generator's standard output; exactly one field is set.
type Event struct {
	Zero *time.Time        `json:"zero,omitempty"` // announced before the first send
	Tick *record.Tick      `json:"tick,omitempty"`
	Done *record.Generator `json:"done,omitempty"`
}

// ReadJob reads the job from a generator's standard input.
func ReadJob(r io.Reader) (*Job, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	job := &Job{}
	if err := dec.Decode(job); err != nil {
		return nil, fmt.Errorf("read the generator's job: %w", err)
	}
	return job, nil
}
