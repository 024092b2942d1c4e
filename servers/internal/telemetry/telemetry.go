// Package telemetry is what a process counts about itself, for GET /metrics in the
// text format of Prometheus.
//
// Model: everything on the path of a request is looked up once, at the start; what
// others keep anyway (queue, pool of the database, cache) is read when it is asked
// for. All times are in seconds, as Prometheus wants them. With several processes
// each counts for itself: the label pid tells whose answer it is.
package telemetry

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// ContentType is the media type of what Text writes.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// durations are the buckets of the histograms: from an answer without a call to one
// that took the longest deadline.
func durations() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
}

// Meters are the counters of one process.
type Meters struct {
	registry *prometheus.Registry
	register prometheus.Registerer // with the labels of the process

	requests  *prometheus.HistogramVec // by status code
	byCode    map[int]prometheus.Observer
	sheds     *prometheus.CounterVec // by reason
	keys      *prometheus.CounterVec // by result
	dead      *prometheus.CounterVec // by provider
	unstored  prometheus.Counter
	shutdown  *prometheus.CounterVec // by outcome
	providers []*Provider
}

// New builds the meters of a process that calls these providers.
func New(providers []string) *Meters {
	m := &Meters{registry: prometheus.NewRegistry()}
	m.register = prometheus.WrapRegistererWith(prometheus.Labels{"pid": strconv.Itoa(os.Getpid())}, m.registry)
	m.register.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.requests = m.histogram("notify_request_duration_seconds", "Time from the arrival of POST /notify to its answer.", "code")
	m.byCode = map[int]prometheus.Observer{}
	for _, code := range []int{200, 202, 207, 400, 404, 409, 413, 422, 500, 502, 503, 504} {
		m.byCode[code] = m.requests.WithLabelValues(strconv.Itoa(code))
	}
	m.sheds = m.counter("notify_shed_total", "Requests refused with 503, by reason.", "reason")
	m.keys = m.counter("notify_idempotency_total", "Requests with an idempotency key, by what was found under it.", "result")
	m.dead = m.counter("notify_dead_letters_total", "Channels of queued notifications given up, by provider.", "provider")
	m.shutdown = m.counter("notify_shutdown_total", "Notifications accepted before a shutdown, by what became of them.", "outcome")
	m.unstored = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "notify_results_unstored_total", Help: "Results that were answered but could not be stored.",
	})
	m.register.MustRegister(m.unstored)
	m.addProviders(providers)
	return m
}

func (m *Meters) histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: durations()}, labels)
	m.register.MustRegister(h)
	return h
}

func (m *Meters) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.register.MustRegister(c)
	return c
}

// Gauge publishes a value that is read when somebody asks.
func (m *Meters) Gauge(name, help string, read func() float64) {
	m.register.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Counter publishes a count that somebody else keeps.
func (m *Meters) Counter(name, help string, labels map[string]string, read func() float64) {
	m.register.MustRegister(prometheus.NewCounterFunc(
		prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, read))
}

// Request files an answer of POST /notify.
func (m *Meters) Request(code int, took time.Duration) {
	o, usual := m.byCode[code]
	if !usual {
		o = m.requests.WithLabelValues(strconv.Itoa(code))
	}
	o.Observe(took.Seconds())
}

// Shed counts a request that was refused for lack of room or of something needed.
func (m *Meters) Shed(reason string) { m.sheds.WithLabelValues(reason).Inc() }

// Key counts what was found under an idempotency key.
func (m *Meters) Key(result string) { m.keys.WithLabelValues(result).Inc() }

// Dead counts a channel of a queued notification that was given up.
func (m *Meters) Dead(provider string) { m.dead.WithLabelValues(provider).Inc() }

// Unstored counts a result that could not be stored.
func (m *Meters) Unstored() { m.unstored.Inc() }

// Shutdown counts what became of the notifications accepted before a shutdown.
func (m *Meters) Shutdown(outcome string, n int) { m.shutdown.WithLabelValues(outcome).Add(float64(n)) }

// Text is everything, in the text format.
func (m *Meters) Text() ([]byte, error) {
	families, err := m.registry.Gather()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&out, f); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
