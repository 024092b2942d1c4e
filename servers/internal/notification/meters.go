package notification

import (
	"net/http"
	"time"

	"github.com/notifybench/notifybench/servers/internal/provider"
	"github.com/notifybench/notifybench/servers/internal/telemetry"
)

func newMeters() *telemetry.Meters {
	var names []string
	for i := range channels {
		names = append(names, channels[i].name)
	}
	m := telemetry.New(names)
	for i := range channels {
		for _, class := range provider.Classes() {
			m.Provider(i).Expect(class.String())
		}
	}
	return m
}

// observer hands on what happens in provider calls.
type observer struct{ meters *telemetry.Meters }

var _ provider.Observer = observer{}

func (o observer) Attempted(channel int, class provider.Class, took time.Duration) {
	o.meters.Provider(channel).Attempt(class.String(), took)
}
func (o observer) Retrying(channel int, _ time.Duration) { o.meters.Provider(channel).Retry() }
func (o observer) BudgetExhausted(channel int)           { o.meters.Provider(channel).Exhausted() }
func (o observer) BreakerChanged(channel int, state string) {
	o.meters.Provider(channel).Breaker(state)
}
func (o observer) InFlight(channel, delta int) { o.meters.Provider(channel).InFlight(delta) }

// publish names what others count.
func (s *Service) publish() {
	m := s.meters
	m.Gauge("notify_in_flight", "Requests being carried.", func() float64 { return float64(s.InFlight()) })
	m.Gauge("notify_queue_depth", "Notifications accepted and not done: of this process, of a durable queue in all.", func() float64 {
		n, _ := s.depth()
		return float64(n)
	})
	m.Gauge("notify_queue_age_seconds", "Age of the oldest of these.", func() float64 {
		if n, oldest := s.depth(); n > 0 {
			return time.Since(oldest).Seconds()
		}
		return 0
	})
	if s.store == nil {
		return
	}
	count := func(name, help string, read func() float64) { m.Counter(name, help, nil, read) }
	count("notify_store_waits_total", "Times that a connection to the database was waited for.",
		func() float64 { return float64(s.store.Stats().Waits) })
	count("notify_store_wait_seconds_total", "Time waited for a connection to the database.",
		func() float64 { return s.store.Stats().Waited.Seconds() })
	count("notify_store_batches_total", "Transactions of writes.",
		func() float64 { return float64(s.store.Stats().Batches) })
	count("notify_store_writes_total", "Writes in these.",
		func() float64 { return float64(s.store.Stats().Writes) })
	m.Gauge("notify_store_connections", "Connections to the database in use.",
		func() float64 { return float64(s.store.Stats().InUse) })
	s.publishCache()
}

func (s *Service) publishCache() {
	for result, read := range map[string]func() uint64{
		"hit":    func() uint64 { return s.cache.Stats().Hits },
		"miss":   func() uint64 { return s.cache.Stats().Misses },
		"error":  func() uint64 { return s.cache.Stats().Errors },
		"shared": func() uint64 { return s.cache.Stats().Shared },
	} {
		s.meters.Counter("notify_cache_requests_total", "Look-ups of users in the cache, by result; an error fell back to the database.",
			map[string]string{"result": result}, func() float64 { return float64(read()) })
	}
}

func (s *Service) depth() (n int, oldest time.Time) {
	if s.queued == nil {
		return 0, time.Time{}
	}
	return s.queued.depth()
}

// Metrics answers GET /metrics.
func (s *Service) Metrics() Reply {
	text, err := s.meters.Text()
	if err != nil {
		s.log.Error("cannot gather the metrics", "error", err)
		return internalError()
	}
	return Reply{Status: http.StatusOK, Type: telemetry.ContentType, Body: text}
}
