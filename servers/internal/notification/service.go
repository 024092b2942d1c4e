// Package notification is the service that every style shares: it turns the body
// of POST /notify into provider calls and those into an answer. A style decides
// on which goroutine, behind which HTTP server and after which queue that
// happens; it never changes what happens.
//
// The model of one notification: decode and check strictly; then one message per
// channel, in sequence or at once; then one result per channel, whatever became
// of the others. How a message is sent is package provider's; none outlives the
// deadline of the request, which counts from its arrival.
//
// Limits: a body of contract.MaxBody bytes.
package notification

import (
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/notifybench/notifybench/servers/internal/notification/internal/experiment"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// Service carries notifications. Its methods are safe for concurrent use.
type Service struct {
	cfg    Config
	log    *slog.Logger
	ids    *idSource
	caller *provider.Caller
	lab    *experiment.Set

	sender sender // in place of the caller; nil: none
}

// New builds the service of a valid configuration.
func New(cfg Config, log *slog.Logger) (*Service, error) {
	ids, err := newIDSource()
	if err != nil {
		return nil, err
	}
	lab, err := experiment.New(cfg.Experiments, log)
	if err != nil {
		return nil, err
	}
	caller, err := provider.New(cfg.Calls, nil, log)
	if err != nil {
		return nil, errors.Join(err, lab.Close())
	}
	return &Service{cfg: cfg, log: log, ids: ids, caller: caller, lab: lab}, nil
}

// Close gives back connections and memory. No Notify may be running.
func (s *Service) Close() error {
	s.caller.Close()
	return s.lab.Close()
}

// Config is what the service was built with.
func (s *Service) Config() Config { return s.cfg }

// Notify carries one notification from its body to its answer and returns when
// every channel has a result. Arrived is when the request came in: its deadline
// counts from there, and so does the time it says to have waited. The body is not
// kept.
func (s *Service) Notify(arrived time.Time, body []byte) (reply Reply) {
	defer s.catch(&reply)
	queue := time.Since(arrived)
	o, refusal := read(body, &s.cfg)
	if refusal != nil {
		refusal.Timing = timingHeader(queue, 0, true)
		return *refusal
	}
	s.lab.Delay()
	wrong := s.lab.Wrong(o.note.Subject, o.note.Message)
	if wrong {
		o.dropLast()
	}
	s.send(o, arrived.Add(s.cfg.Deadline))
	path, known := criticalPath(o.calls, s.cfg.Sequential)
	reply = o.answer(s.ids.next(), wrong)
	reply.Timing = timingHeader(queue, path, known)
	return reply
}

// catch turns a panic into an answer without particulars and a log line with them.
func (s *Service) catch(reply *Reply) {
	if v := recover(); v != nil {
		s.log.Error("panic while notifying", "panic", v, "stack", string(debug.Stack()))
		*reply = internalError()
	}
}

// send makes the calls of o, none of which outlives the deadline.
func (s *Service) send(o *order, deadline time.Time) {
	f := fanout{sender: s.sender, deadline: deadline, log: s.log}
	if f.sender == nil {
		session := s.caller.Session()
		defer session.End()
		f.sender = session
	}
	if s.cfg.Sequential {
		f.sequential(o.calls)
	} else {
		f.concurrent(o.calls)
	}
}
