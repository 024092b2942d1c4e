package servers_test

import (
	"net/http"
	"strings"
	"syscall"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/notifybench/notifybench/internal/contract"
)

func operationCases() []testCase {
	return []testCase{
		{name: "ready while draining", run: readyWhileDraining},
		{name: "metrics", run: metricsTell, keeps: anything},
		{name: "description", run: description},
		{name: "admin port", run: adminPort},
		{name: "database gone at the start", run: databaseGone},
		{name: "settings that do not go together", run: contradictions},
	}
}

// readyWhileDraining has a load balancer see the end before it comes: not ready, and
// still accepting.
func readyWhileDraining(t subject) {
	server := t.run(newProviders(t.T, accept), contract.EnvGrace+"=5s")
	server.want(http.StatusOK, http.MethodGet, contract.PathReady, "")
	server.signal(syscall.SIGTERM)
	server.eventually("not ready", func() bool {
		r, err := server.do(http.MethodGet, contract.PathReady, "")
		return err == nil && r.status == http.StatusServiceUnavailable
	})
	server.notify(http.StatusOK, full())
	if code := server.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// families scrapes and parses everything that is counted.
func (p *program) families() map[string]*dto.MetricFamily {
	p.t.Helper()
	r := p.want(http.StatusOK, http.MethodGet, contract.PathMetrics, "")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(r.body))
	if err != nil {
		p.t.Fatalf("metrics: %v\n%s", err, r.body)
	}
	return all
}

// metric is the value of a counter or gauge, over all series that have the labels
// given: name{label="value"}.
func (p *program) metric(what string) (sum float64) {
	p.t.Helper()
	name, labels, _ := strings.Cut(strings.TrimSuffix(what, "}"), "{")
	for _, m := range p.families()[name].GetMetric() {
		matches := labels == ""
		for _, l := range m.GetLabel() {
			matches = matches || labels == l.GetName()+`="`+l.GetValue()+`"`
		}
		if matches {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

func metricsTell(t subject) {
	p := newProviders(t.T, accept)
	p["sms"] = newFake(t.T, failing(1))
	server := t.run(p, patient(contract.EnvBreaker+"="+contract.On)...)
	server.notify(http.StatusOK, to(1))
	server.notify(http.StatusOK, to(1))
	server.keyed(http.StatusOK, "key", encode(to(2)))
	server.keyed(http.StatusOK, "key", encode(to(2)))
	found := server.families()
	for name, kind := range map[string]dto.MetricType{
		"notify_request_duration_seconds":          dto.MetricType_HISTOGRAM,
		"notify_provider_attempts_total":           dto.MetricType_COUNTER,
		"notify_provider_attempt_duration_seconds": dto.MetricType_HISTOGRAM,
		"notify_provider_retries_total":            dto.MetricType_COUNTER,
		"notify_provider_in_flight":                dto.MetricType_GAUGE,
		"notify_breaker_state":                     dto.MetricType_GAUGE,
		"notify_in_flight":                         dto.MetricType_GAUGE,
		"notify_queue_depth":                       dto.MetricType_GAUGE,
		"notify_queue_age_seconds":                 dto.MetricType_GAUGE,
		"notify_cache_requests_total":              dto.MetricType_COUNTER,
		"notify_store_waits_total":                 dto.MetricType_COUNTER,
		"notify_store_wait_seconds_total":          dto.MetricType_COUNTER,
		"notify_idempotency_total":                 dto.MetricType_COUNTER,
		"notify_results_unstored_total":            dto.MetricType_COUNTER,
		"go_goroutines":                            dto.MetricType_GAUGE,
	} {
		if f := found[name]; f == nil || f.GetType() != kind || f.GetHelp() == "" {
			t.Errorf("%s: %v, want a %v with help", name, f, kind)
		}
	}
	for what, want := range map[string]float64{
		`notify_request_duration_seconds{code="200"}`: 4,
		`notify_provider_attempts_total`:              10,
		`notify_provider_retries_total`:               1,
		`notify_provider_in_flight`:                   0,
		`notify_idempotency_total{result="done"}`:     1,
		`notify_queue_depth`:                          0,
	} {
		if got := server.metric(what); got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
}

// description serves what the suite holds every answer to.
func description(t subject) {
	server := t.run(newProviders(t.T, accept))
	r := server.want(http.StatusOK, http.MethodGet, contract.PathOpenAPI, "")
	if !strings.HasPrefix(r.body, "openapi: 3") {
		t.Errorf("got %.80q", r.body)
	}
}

// adminPort serves pprof on a port of its own, and on that one only.
func adminPort(t subject) {
	addr := freeAddr(t.T)
	server := t.run(newProviders(t.T, accept), contract.EnvAdminPort+"="+addr[strings.LastIndexByte(addr, ':')+1:])
	server.want(http.StatusNotFound, http.MethodGet, "/debug/pprof/", "")
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + addr + "/debug/pprof/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("pprof: %d", res.StatusCode)
	}
}

// databaseGone ends the server at once with a message that keeps the password.
func databaseGone(t subject) {
	for name, env := range map[string][]string{
		"database": {contract.EnvStore + "=" + contract.StorePostgres,
			contract.EnvDatabaseURL + "=postgres://me:secret@" + freeAddr(t.T) + "/db"},
		"cache": {contract.EnvStore + "=" + contract.StoreMemory, contract.EnvCache + "=" + contract.CacheRedis,
			contract.EnvRedisURL + "=redis://me:secret@" + freeAddr(t.T)},
		"folder": {contract.EnvStore + "=" + contract.StoreSQLite, contract.EnvData + "=/dev/null/none"},
		"address": {contract.EnvStore + "=" + contract.StorePostgres,
			contract.EnvDatabaseURL + "=mysql://me:secret@127.0.0.1/db"},
	} {
		for _, n := range []string{"1", "2"} {
			all := append(append(newProviders(t.T, accept).env(), contract.EnvProcesses+"="+n), env...)
			begin := time.Now()
			server := launch(t.T, programs[t.style], freeAddr(t.T), all)
			if code := server.exit(); code != 2 {
				t.Errorf("%s, %s processes: exit code %d after %s:\n%s", name, n, code, time.Since(begin), server.log)
			}
			if text := server.log.String(); strings.Contains(text, "secret") || !strings.Contains(text, t.style+": ") {
				t.Errorf("%s: log %q", name, text)
			}
		}
	}
}

// contradictions are told one by one.
func contradictions(t subject) {
	for env, want := range map[string]string{
		contract.EnvQueue + "=durable":  "durable queue needs store sqlite or postgres",
		contract.EnvStore + "=sqlite":   "store sqlite needs NOTIFY_DATA",
		contract.EnvStore + "=postgres": "store postgres needs DATABASE_URL",
		contract.EnvCache + "=memory":   "a cache needs a store",
		contract.EnvSchema + "=a-b;c":   "is not a name of at most",
		contract.EnvAdminPort + "=x":    "is not a port",
	} {
		server := launch(t.T, programs[t.style], freeAddr(t.T), append(newProviders(t.T, accept).env(), env))
		if code := server.exit(); code != 2 || !strings.Contains(server.log.String(), want) {
			t.Errorf("%s: exit code %d, log %q", env, code, server.log)
		}
	}
}
