// Package notification is the service that every style shares: it turns the body
// of POST /notify into provider calls and those into an answer. A style decides
// on which goroutine, behind which HTTP server and after which queue that
// happens; it never changes what happens.
//
// The model of one notification: decode and check strictly; take its idempotency
// key; look the user up and honour what they want; render a message for each
// channel; then one call per channel, in sequence or at once, and one result per
// channel, whatever became of the others; store the result; answer. A call lasts at
// most CallTimeout, and none outlives the deadline of the request, which counts from
// its arrival. What is not configured (a store, a cache, retries, a queue) costs
// nothing.
//
// In queued mode the answer, 202, comes before the calls: workers make them, and
// GET /notifications/{id} tells the outcome. See queued.go.
//
// Limits: a body of contract.MaxBody bytes. How calls are made, and made again, is
// package provider's; where things are kept, package store's.
package notification

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification/internal/experiment"
	"github.com/notifybench/notifybench/servers/internal/provider"
	"github.com/notifybench/notifybench/servers/internal/store"
	"github.com/notifybench/notifybench/servers/internal/telemetry"
)

// sender makes provider calls: provider.Caller.
type sender interface {
	Send(channel int, m *provider.Message, deadline time.Time) provider.Result
	Attempt(channel int, m *provider.Message, n int, deadline time.Time) (r provider.Result, wait time.Duration, again bool)
}

var _ sender = (*provider.Caller)(nil)

// Service carries notifications. Its methods are safe for concurrent use.
type Service struct {
	cfg       Config
	log       *slog.Logger
	ids       *idSource
	caller    *provider.Caller
	calls     sender // the caller, as requests use it
	lab       *experiment.Set
	meters    *telemetry.Meters
	templates *templates // nil: texts are passed on as they are

	rooms           // what is kept, and where
	queued *backlog // nil in sync mode

	complaints complaints
	ctx        context.Context // ends when everything has to stop at once
	abort      context.CancelFunc
	inFlight   atomic.Int64
	finished   atomic.Int64 // requests that were carried to their end
	drained    atomic.Bool
}

// New builds the service of a valid configuration. An error that wraps
// ErrEnvironment is the configuration's.
func New(cfg Config, log *slog.Logger) (*Service, error) {
	ids, err := newIDSource()
	if err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, log: log, ids: ids, meters: newMeters(), complaints: newComplaints()}
	s.ctx, s.abort = context.WithCancel(context.Background())
	if cfg.Calls.Wire == contract.WireVendor {
		if s.templates, err = newTemplates(); err != nil {
			return nil, err
		}
	}
	if s.caller, err = provider.New(cfg.Calls, observer{s.meters}, log); err != nil {
		return nil, err
	}
	s.calls = s.caller
	if s.rooms, err = openRooms(s.ctx, &s.cfg, log); err != nil {
		s.caller.Close()
		return nil, err
	}
	if s.lab, err = experiment.New(cfg.Experiments, log); err != nil {
		s.caller.Close()
		return nil, errors.Join(err, s.rooms.close(s.ctx))
	}
	s.publish()
	if cfg.Mode == contract.ModeQueued {
		s.queued = s.newBacklog()
	}
	return s, nil
}

// Config is what the service was built with.
func (s *Service) Config() Config { return s.cfg }

// Notify carries one notification from its body to its answer and returns when
// every channel has a result or, in queued mode, when it is accepted.
func (s *Service) Notify(r Request) (reply Reply) {
	defer s.Catch(&reply)
	queue := time.Since(r.Arrived)
	n := s.inFlight.Add(1)
	defer s.inFlight.Add(-1)
	if s.cfg.MaxInFlight > 0 && n > int64(s.cfg.MaxInFlight) {
		s.meters.Shed("in_flight")
		reply = Busy()
	} else {
		reply = s.handle(&r, queue)
	}
	if reply.Timing == "" { // it waited for no provider
		reply.Timing = timingHeader(queue, 0, true)
	}
	s.meters.Request(reply.Status, time.Since(r.Arrived))
	return reply
}

// Catch, deferred, turns a panic into an answer without particulars and a log line
// with them.
func (s *Service) Catch(reply *Reply) {
	if v := recover(); v != nil {
		s.log.Error("panic while answering", "panic", v, "stack", string(debug.Stack()))
		*reply = internalError()
	}
}

// handle decodes and checks a request, takes its key, and carries it.
func (s *Service) handle(r *Request, queue time.Duration) Reply {
	o := new(order)
	if refusal := decode(r.Body, &o.note); refusal != nil {
		return *refusal
	}
	if o.note.UserID != "" {
		if problems := precheck(&o.note, &s.cfg); problems != nil {
			return *invalid(problems...)
		}
	} else if refusal := o.address(&s.cfg, s.templates); refusal != nil {
		return *refusal
	}
	ctx, cancel := s.until(r)
	defer cancel()
	if reply := s.claim(ctx, r); reply != nil {
		return *reply
	}
	reply, settled := s.resolve(ctx, r, o, queue)
	if !settled {
		s.release(r.Key)
	}
	return reply
}

// until is a context with the request's deadline, where something needs one.
func (s *Service) until(r *Request) (context.Context, context.CancelFunc) {
	if s.store == nil && r.Key == "" {
		return s.ctx, func() {}
	}
	return context.WithDeadline(s.ctx, r.Arrived.Add(s.cfg.Deadline))
}

// resolve finds out whom to call, and carries the order or accepts it. settled says
// that the key of the request is not to be freed.
func (s *Service) resolve(ctx context.Context, r *Request, o *order, queue time.Duration) (reply Reply, settled bool) {
	if o.note.UserID != "" {
		if refusal := s.lookUp(ctx, o); refusal != nil {
			return *refusal, false
		}
		if refusal := o.address(&s.cfg, s.templates); refusal != nil {
			return *refusal, false
		}
	}
	s.lab.Delay()
	wrong := s.lab.Wrong(o.note.Subject, o.note.Message)
	if wrong {
		o.dropLast()
	}
	if s.queued != nil {
		return s.accept(ctx, r, o)
	}
	return s.carry(r, o, queue, wrong)
}

// carry makes the calls, stores their results, and answers.
func (s *Service) carry(r *Request, o *order, queue time.Duration, wrong bool) (reply Reply, settled bool) {
	s.send(o.calls, r.Arrived.Add(s.cfg.Deadline))
	id := s.ids.next()
	reply = o.answer(id, wrong)
	path, known := criticalPath(o.calls, s.cfg.Sequential)
	reply.Timing = timingHeader(queue, path, known)
	s.complain(r, id, o, reply.Status)
	settled = reply.final(o)
	var key *store.Settlement
	if settled {
		key = settlement(r.Key, &reply)
	}
	s.finished.Add(1)
	_, status := rollUp(o.calls)
	s.keep(store.Record{ID: id, Status: status, Body: reply.Body, Created: r.Arrived}, key)
	return reply, settled
}
