package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Provider is what is counted of the calls to one provider.
type Provider struct {
	attempts  *prometheus.CounterVec // by class
	byClass   map[string]prometheus.Counter
	durations prometheus.Observer
	retries   prometheus.Counter
	exhausted prometheus.Counter
	breaker   prometheus.Gauge
	inFlight  prometheus.Gauge
}

func (m *Meters) addProviders(names []string) {
	attempts := m.counter("notify_provider_attempts_total", "Calls of a provider that ended, by class.", "provider", "class")
	durations := m.histogram("notify_provider_attempt_duration_seconds", "Time of one call of a provider.", "provider")
	retries := m.counter("notify_provider_retries_total", "Calls that were made once more, or will be.", "provider")
	exhausted := m.counter("notify_retry_budget_exhausted_total", "Calls that were not made once more for want of budget.", "provider")
	breaker := m.gauge("notify_breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open.")
	inFlight := m.gauge("notify_provider_in_flight", "Calls of a provider under way.")
	for _, name := range names {
		m.providers = append(m.providers, &Provider{
			attempts: attempts.MustCurryWith(prometheus.Labels{"provider": name}), byClass: map[string]prometheus.Counter{},
			durations: durations.WithLabelValues(name), retries: retries.WithLabelValues(name),
			exhausted: exhausted.WithLabelValues(name), breaker: breaker.WithLabelValues(name),
			inFlight: inFlight.WithLabelValues(name),
		})
	}
}

func (m *Meters) gauge(name, help string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"provider"})
	m.register.MustRegister(g)
	return g
}

// Provider is the i-th of the providers that New was given.
func (m *Meters) Provider(i int) *Provider { return m.providers[i] }

// Expect makes the counters of these classes beforehand: they then read 0 where
// nothing happened, and cost no look-up.
func (p *Provider) Expect(classes ...string) {
	for _, c := range classes {
		p.byClass[c] = p.attempts.WithLabelValues(c)
	}
}

// Attempt files a call that ended.
func (p *Provider) Attempt(class string, took time.Duration) {
	c, expected := p.byClass[class]
	if !expected {
		c = p.attempts.WithLabelValues(class)
	}
	c.Inc()
	p.durations.Observe(took.Seconds())
}

// Retry counts a call that will be made once more.
func (p *Provider) Retry() { p.retries.Inc() }

// Exhausted counts one that will not, for want of budget.
func (p *Provider) Exhausted() { p.exhausted.Inc() }

// Breaker says how the circuit breaker stands: "closed", "half-open" or "open".
func (p *Provider) Breaker(state string) {
	p.breaker.Set(map[string]float64{"half-open": 1, "open": 2}[state])
}

// InFlight adds to the calls under way.
func (p *Provider) InFlight(n int) { p.inFlight.Add(float64(n)) }
