// Package mockproviders is the other side of the notification services under
// test: an email, an SMS and a push provider that take as long as they were told
// to and prove that they did.
//
// Model: a provider answers a call when the planned delay has passed, counted
// from the moment the request was read. Delay and outcome of a call are pure
// functions of (seed, k, provider, n): k is the number of the notification, read
// from the " #<k>" that ends its subject or message, and n says the how many-th
// call for that k it is that was let in. The order of arrival changes nothing. Every answer
// carries both delays, planned and served, in its Server-Timing header, and the
// difference of the two is kept in a histogram.
//
// A provider with a queue serves so many calls at once, each for its planned
// delay; the others wait, first come first served, and what finds the waiting room
// full is answered 503 at once. Waiting is reported apart from the delay.
//
// Wire formats are told apart by the path. All that is said here holds in each.
//
//	every provider   POST /send                                        contract.PlainCall
//	email            POST /v3/mail/send                                SendGrid v3
//	sms              POST /2010-04-01/Accounts/{sid}/Messages.json     Twilio
//	push             POST /v1/projects/{id}/messages:send              FCM HTTP v1
//
// Answers, errors included, are those that the vendors describe in public; examples
// of all are in testdata. Vendors want credentials (a Bearer token, Twilio a name and
// a password) and take any that are well-formed: without them 401. An address that
// contract.BadAddress knows is turned away for good when the delay has passed, and
// counted as failed: 400, of FCM 404 UNREGISTERED, of Twilio code 21211. A call to
// several recipients is one call, to the first.
//
// A throttle turns calls away at once, with 429 in the form of the wire: never
// accepted, counted apart, no part of the delay error, and not counted by n. Which
// calls these are depends on when they come. It remembers what it has seen until its
// own settings change, whatever else does. Headers say what can be known:
//
//	plain      Retry-After, 1 s where the throttle is one of concurrency
//	SendGrid   X-RateLimit-Limit, -Remaining, -Reset (not of concurrency), with a 202 too
//	Twilio     Twilio-Concurrent-Requests, with every answer
//	FCM        Retry-After, but not of concurrency
//
// Latencies that are plausible for the vendors, on weak evidence (no vendor publishes
// any): email p50 65 ms and p99 400 ms, SMS 100 and 900 ms, push 45 and 350 ms, each
// lognormal with 0.2% stalls of 10 s:
//
//	{stalls: {of: {lognormal: {p50: 65ms, p99: 400ms}}, share: 0.2%, for: 10s}}
//
// Each provider has a port of its own, as in life. One more port is for control:
//
//	GET /healthz    200 when the providers accept calls
//	GET /stats      contract.MockStats
//	GET /ledger     lines of contract.LedgerPage, compressed by gzip
//	PUT /settings   contract.MockSettings: behave like this from now on
//	PUT /timeline   contract.MockTimeline: behave like this from these times on
//	PUT /reset      contract.MockReset: forget every call, draw from another seed
//
// Units: durations in JSON are nanoseconds, in Server-Timing milliseconds.
//
// Limits: on Linux an answer is written 0.03 ms late (p50) and mostly within 1 ms
// (p99), but up to 7 ms (p99) was seen with 2,000 calls and more in flight at
// 10,000 calls/s (results/reference/providers.md); elsewhere plain Go timers are
// late by 1 to 2 ms at worst. HTTP/1.1 without TLS; bodies up to 64 KiB, headers up
// to 4 KiB; n is counted up to 255.
package mockproviders

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// Control is the name of the control port in Options.Ports.
const Control = "control"

// Options say where to listen. The zero value is right for a harness.
type Options struct {
	Host  string         // 127.0.0.1 when empty
	Ports map[string]int // by channel, and Control; what is missing or 0 gets a free port
}

// Mock is a running set of providers.
type Mock struct {
	settings  *settings
	providers map[string]*provider
	endpoints []*endpoint
	clock     clock
	ready     contract.MockReady
	stop      chan struct{} // closed to wake the calls that still wait
	closing   sync.Once
}

// notKnown stands for a figure that the platform does not give.
const notKnown = -1

// grace is how long Close lets calls in flight finish before it cuts them.
const grace = 500 * time.Millisecond

// Start starts a provider for each channel cfg names, and the control port.
func Start(cfg contract.MockConfig, opts Options) (*Mock, error) {
	settings, err := newSettings(cfg)
	if err != nil {
		return nil, err
	}
	if err := opts.check(cfg); err != nil {
		return nil, err
	}
	clock, err := newClock()
	if err != nil {
		return nil, err
	}
	m := &Mock{
		settings:  settings,
		clock:     clock,
		providers: map[string]*provider{},
		ready:     contract.MockReady{Providers: map[string]string{}},
		stop:      make(chan struct{}),
	}
	for _, name := range contract.Channels() {
		if _, wanted := cfg.Providers[name]; !wanted {
			continue
		}
		p := newProvider(name, settings, m.stop)
		e, err := listen(opts, name, p, clock)
		if err != nil {
			m.Close()
			return nil, err
		}
		p.connections = &e.accepted
		m.providers[name], m.ready.Providers[name] = p, e.url
		m.endpoints = append(m.endpoints, e)
	}
	e, err := listen(opts, Control, control{m}, clock)
	if err != nil {
		m.Close()
		return nil, err
	}
	m.ready.Control = e.url
	m.endpoints = append(m.endpoints, e)
	for _, e := range m.endpoints {
		e.start()
	}
	return m, nil
}

// check refuses ports for what is not started: a misspelt name would otherwise
// get a free port without a word.
func (o Options) check(cfg contract.MockConfig) error {
	var problems []error
	for name := range o.Ports {
		if _, ok := cfg.Providers[name]; !ok && name != Control {
			problems = append(problems, fmt.Errorf("a port for %q, which is not started", name))
		}
	}
	return errors.Join(problems...)
}

// Ready says where the providers listen.
func (m *Mock) Ready() contract.MockReady { return m.ready }

// Stats is what the providers have seen so far.
func (m *Mock) Stats() contract.MockStats {
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	s := contract.MockStats{
		Providers: map[string]contract.ProviderStats{}, CPU: ownCPU(),
		GCPauses: gc.PauseTotal, TimerLag: m.clock.lag().quantiles(),
	}
	for name, p := range m.providers {
		s.Providers[name] = p.snapshot()
	}
	return s
}

// Close stops listening, lets calls in flight finish for half a second, cuts
// the rest and waits until every goroutine has ended.
func (m *Mock) Close() {
	m.closing.Do(func() {
		for _, e := range m.endpoints {
			e.drain()
		}
		deadline := time.Now().Add(grace)
		for time.Now().Before(deadline) && slices.ContainsFunc(m.endpoints, (*endpoint).busy) {
			time.Sleep(grace / 100)
		}
		for _, e := range m.endpoints {
			e.cut()
		}
		close(m.stop)
		for _, e := range m.endpoints {
			e.wait()
		}
		m.clock.close()
	})
}

// Run is the program: it starts the providers, prints contract.MockReady as one
// line of JSON, and serves until ctx is done.
func Run(ctx context.Context, cfg contract.MockConfig, opts Options, stdout io.Writer) error {
	m, err := Start(cfg, opts)
	if err != nil {
		return fmt.Errorf("start the mock providers: %w", err)
	}
	defer m.Close()
	if err := json.NewEncoder(stdout).Encode(m.Ready()); err != nil {
		return fmt.Errorf("print where the mock providers listen: %w", err)
	}
	<-ctx.Done()
	return nil
}
