package mockproviders

import (
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
)

func constant(d time.Duration) behaviour { return behaviour{latency: latency.Constant(d)} }

func emailAndSMS() map[string]contract.Behaviour {
	return map[string]contract.Behaviour{contract.Email: {Latency: "1ms"}, contract.SMS: {Latency: "2ms"}}
}

// mustPut fails the test where the control port refuses.
func (b *testbed) mustPut(path string, v any) {
	b.t.Helper()
	if r := b.put(path, v); r.status != http.StatusNoContent {
		b.t.Fatalf("PUT %s: %+v", path, r)
	}
}

// TestBehaviourAt: what is in force is the last step that has come.
func TestBehaviourAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.IntRange(0, 20), 0, 6).Draw(t, "times")
		slices.Sort(times)
		var steps []step
		for i, at := range times {
			steps = append(steps, step{time.Duration(at), constant(time.Duration(i + 1))})
		}
		now := rapid.IntRange(-3, 23).Draw(t, "now")
		want := 0
		for i, at := range times {
			if at <= now {
				want = i + 1
			}
		}
		got := behaviourAt(constant(0), steps, time.Duration(now))
		if got.latency.Quantile(0) != time.Duration(want) {
			t.Fatalf("steps at %v: at %d step %v holds, want %d", times, now, got.latency, want)
		}
	})
}

func TestErrorRateIsTheShareOfFailures(t *testing.T) {
	for _, rate := range []float64{0, 0.001, 0.1, 0.5, 1} {
		b, failed := behaviour{errorRate: rate}, 0
		const calls = 100_000
		for k := range uint64(calls) {
			if b.fails(1, k, contract.Email, 1) {
				failed++
			}
		}
		slack := 5 * math.Sqrt(rate*(1-rate)/calls) // 5 standard errors, of a sample that is always the same
		if share := float64(failed) / calls; math.Abs(share-rate) > slack {
			t.Errorf("rate %v: %v failed", rate, share)
		}
	}
}

func TestSettingsChangeWhileRunning(t *testing.T) {
	b := start(t, emailAndSMS())
	b.mustPut("/settings", contract.MockSettings{Providers: emailOnly("7ms")})
	if e, s := b.send(contract.Email, 1).planned, b.send(contract.SMS, 1).planned; e != 7 || s != 2 {
		t.Errorf("email %v, sms %v; want 7, 2", e, s)
	}
}

func TestTimelineIsAppliedOnTheClock(t *testing.T) {
	b := start(t, emailAndSMS())
	timeline := contract.MockTimeline{Zero: time.Now().Add(-time.Minute), Steps: []contract.MockStep{
		{At: time.Hour, Providers: emailOnly("1h")},
		{At: 30 * time.Second, Providers: map[string]contract.Behaviour{
			contract.Email: {Latency: "5ms"}, contract.SMS: {Latency: "6ms", ErrorRate: 1, ErrorStatus: 502},
		}},
		{At: 10 * time.Second, Providers: emailOnly("3ms")},
	}}
	b.mustPut("/timeline", timeline)
	e, s := b.send(contract.Email, 1), b.send(contract.SMS, 1)
	if e.planned != 5 || s.planned != 6 || s.status != 502 {
		t.Errorf("email %+v, sms %+v", e, s)
	}
	b.mustPut("/settings", contract.MockSettings{Providers: emailOnly("4ms")})
	if e, s := b.send(contract.Email, 2), b.send(contract.SMS, 2); e.planned != 4 || s.planned != 6 {
		t.Errorf("settings must end the timeline of email alone: email %v, sms %v", e.planned, s.planned)
	}
	b.mustPut("/timeline", contract.MockTimeline{})
	if s := b.send(contract.SMS, 3); s.planned != 2 || s.status != http.StatusOK {
		t.Errorf("an empty timeline must end it: %+v", s)
	}
}

func TestControlRefusesAndChangesNothing(t *testing.T) {
	b := start(t, emailOnly("3ms"))
	tests := []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PUT", "/settings", `{`, 400, "read the body"},
		{"PUT", "/settings", `{}`, 400, "no providers: write"},
		{"PUT", "/settings", `{"providers":{"email":{"latency":"9ms"}}} {}`, 400, "more than one JSON value"},
		{"PUT", "/settings", `{"provider":{}}`, 400, `unknown field "provider"`},
		{"PUT", "/settings", `{"providers":{"email":{"latency":"9"}}}`, 400,
			"email: latency: 9: a latency needs a unit"},
		{"PUT", "/settings", `{"providers":{"email":{"latency":"9ms"},"sms":{"latency":"9ms"}}}`, 400,
			`unknown provider "sms" (valid: email)`},
		{"PUT", "/settings", `{"providers":{"email":{"latency":"9ms","error_rate":1.5}}}`, 400,
			"error_rate 1.5"},
		{"PUT", "/settings", `{"providers":{"email":{"latency":"9ms","error_status":200}}}`, 400,
			"error_status 200"},
		{"PUT", "/timeline", `{"steps":[{"at":0,"providers":{"email":{"latency":"9ms"}}}]}`, 400,
			"zero is missing"},
		{"PUT", "/timeline", `{"zero":"2026-01-01T00:00:00Z","steps":[
			{"at":-1,"providers":{"email":{"latency":"9ms"}}},{"at":0,"providers":{"fax":{"latency":"9ms"}}}]}`, 400,
			"step 1: at -1ns is before zero\nstep 2: unknown provider"},
		{"POST", "/settings", `{}`, 405, "valid: PUT"},
		{"PUT", "/stats", ``, 405, "valid: GET"},
		{"GET", "/", ``, 404, "valid: GET /healthz, GET /stats, GET /ledger, PUT /settings, PUT /timeline"},
	}
	for _, tt := range tests {
		r := b.do(tt.method, b.Ready().Control+tt.path, tt.body)
		if r.status != tt.status || !strings.Contains(r.plain.Error, tt.want) {
			t.Errorf("%s %s %s: %d %s; want %d, %q",
				tt.method, tt.path, tt.body, r.status, r.body, tt.status, tt.want)
		}
	}
	if r := b.send(contract.Email, 1); r.planned != 3 {
		t.Errorf("something changed: %+v", r)
	}
	if r := b.do("GET", b.Ready().Control+"/healthz", ""); r.status != http.StatusOK {
		t.Errorf("%+v", r)
	}
}

// FuzzControl: whatever arrives, it is applied as a whole or not at all.
func FuzzControl(f *testing.F) {
	f.Add(true, []byte(`{"providers":{"email":{"latency":"{uniform: [1ms, 2ms]}","error_rate":0.5}}}`))
	f.Add(false, []byte(`{"zero":"2026-01-01T00:00:00Z","steps":[
		{"at":5,"providers":{"email":{"latency":"9ms"}}}]}`))
	f.Fuzz(func(t *testing.T, isSettings bool, body []byte) {
		s, err := newSettings(contract.MockConfig{Providers: emailOnly("3ms")})
		if err != nil {
			t.Fatal(err)
		}
		before, now := *s.now.Load(), time.Now()
		if isSettings {
			err = s.replace(body, now)
		} else {
			err = s.schedule(body, now)
		}
		after := *s.now.Load()
		if slices.Compare(slices.Sorted(maps.Keys(after)), []string{contract.Email}) != 0 {
			t.Fatalf("providers changed: %v", after)
		}
		if err != nil && !reflect.DeepEqual(after[contract.Email].at(now), before[contract.Email].at(now)) {
			t.Fatalf("refused (%v) and applied all the same", err)
		}
		if d := s.of(contract.Email, now).planned(1, 2, contract.Email, 3); d < 0 {
			t.Fatalf("planned %v", d)
		}
	})
}
