package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
)

// leadTime lies between the announcement of zero and the first send.
const leadTime = 20 * time.Millisecond

// Run carries out a job and writes its events to out, one JSON object a line.
// When ctx ends it stops sending and cancels what is in flight.
func Run(ctx context.Context, job *Job, out io.Writer) error {
	sh, err := shape.Parse(job.Shape)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	target, err := url.Parse(job.URL)
	if err != nil || target.Scheme != "http" || target.Host == "" {
		return fmt.Errorf("url %q: not an http URL with a host", job.URL)
	}
	file, err := newEncoder(job.Requests)
	if err != nil {
		return err
	}
	a := prepare(ctx, job, sh, file)
	a.transport = newTransport(job, target.Host, target.RequestURI(), a.pacer.slots)
	emit := json.NewEncoder(out)
	if err := emit.Encode(Event{Zero: &a.zero}); err != nil {
		return fmt.Errorf("announce the start: %w", err)
	}
	gen := a.run(func(t record.Tick) { _ = emit.Encode(Event{Tick: &t}) }) // the harness may have gone
	if err := file.close(); err != nil {
		gen.WriteError = err.Error()
	}
	return emit.Encode(Event{Done: gen})
}

// assault is one attack under way.
type assault struct {
	job       *Job
	ctx       context.Context // ended by the user
	pacer     *pacer
	transport *transport
	collector *collector
	zero      time.Time
	end       time.Time // of the window

	files      *int // open at its end
	filesLimit uint64
}

func prepare(ctx context.Context, job *Job, sh shape.Shape, file *encoder) *assault {
	begin := time.Now().Add(leadTime)
	a := &assault{job: job, ctx: ctx, zero: begin.Add(job.Warmup)}
	a.end = a.zero.Add(job.Duration)
	connections, closed := shape.Closed(sh)
	limit := job.MaxInFlight
	if closed {
		limit = connections
	}
	a.pacer = &pacer{
		shape: shape.WithWarmup(shape.Seeded(sh, job.Seed), job.Warmup),
		begin: begin, warmup: job.Warmup, end: job.Warmup + job.Duration,
		closed: closed, limit: int64(limit), slots: newSlots(), stop: ctx.Done(),
	}
	a.collector = newCollector(a.pacer, a.zero, job.Duration, file)
	return a
}

// run attacks until the window is over and everything has been answered or cut
// off at the end of the drain.
func (a *assault) run(tick func(record.Tick)) *record.Generator {
	attacker := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: a.transport, CheckRedirect: noRedirect}),
		vegeta.Workers(uint64(a.pacer.limit)), vegeta.MaxWorkers(uint64(a.pacer.limit)),
	)
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: a.job.form().method(), URL: a.job.URL})
	time.Sleep(time.Until(a.pacer.begin))
	done := make(chan struct{})
	seen := lookOn(a.zero, a.end, done, a.transport.flying.Load)
	results := attacker.Attack(target, a.pacer, 0, "")
	next := a.zero.Add(-a.job.Warmup.Truncate(record.TickLength)) // ticks meet zero
	ticker := time.NewTimer(time.Until(next))
	defer ticker.Stop()
	end := time.NewTimer(time.Until(a.end))
	cutoff := time.NewTimer(time.Until(a.end) + a.job.Drain)
	defer end.Stop()
	defer cutoff.Stop()
	user, ended := a.ctx.Done(), false
	for results != nil || !ended { // the window lasts as long as it was meant to, whoever is done early
		select {
		case r, open := <-results:
			if !open {
				results = nil
				continue
			}
			a.collector.add(r)
		case <-ticker.C:
			tick(a.collector.cut(time.Now()))
			next = next.Add(record.TickLength)
			ticker.Reset(time.Until(next))
		case <-end.C:
			ended = true
			a.files, a.filesLimit = openFiles() // before the drain closes connections
			if a.pacer.closed {                 // an open loop ends by its schedule, so that every slot is accounted for
				attacker.Stop()
			}
		case <-cutoff.C:
			a.transport.client.abort()
		case <-user:
			user, ended = nil, true
			attacker.Stop()
			a.transport.client.abort()
		}
	}
	close(done)
	g := a.finish(tick)
	g.InFlight = <-seen
	return g
}

func (a *assault) finish(tick func(record.Tick)) *record.Generator {
	now := time.Now()
	tick(a.collector.cut(now))
	g := a.collector.total()
	g.Files, g.FilesLimit = a.files, a.filesLimit
	a.transport.client.abort()
	g.Window = min(a.job.Duration, max(0, now.Sub(a.zero)))
	g.DrainTook = max(0, now.Sub(a.end))
	g.Connections = a.transport.client.dials.Load()
	g.MaxRSS = maxRSS()
	g.Exhausted = a.transport.exhausted.Load()
	return g
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Probe sends one notification outside any load and returns the answer.
func Probe(ctx context.Context, url string, form Form, k uint64) (int, []byte, error) {
	return send(ctx, form.method(), url, form.append(nil, k))
}

// Post sends a body and returns status and answer.
func Post(ctx context.Context, url string, content []byte) (int, []byte, error) {
	return send(ctx, http.MethodPost, url, content)
}

func send(ctx context.Context, method, url string, content []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(content))
	if err != nil {
		return 0, nil, err
	}
	if len(content) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, answer, err
}

// Judge checks the answer to a probe and says what is wrong with it, or nothing.
func Judge(code int, answer []byte, channels []string) (record.Outcome, string) {
	v := judge(code, answer, channels)
	return v.outcome, v.err
}
