package notification

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

func TestDefaults(t *testing.T) {
	cfg, err := FromEnv(func(name string) string {
		if name == contract.EnvSMSURL {
			return "http://127.0.0.1:9001/base"
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Calls.URLs[1].String(); got != "http://127.0.0.1:9001/base" {
		t.Errorf("provider %s", got)
	}
	cfg.Calls.URLs[1], cfg.Calls.Credentials = nil, provider.Credentials{}
	want := Config{
		Calls: provider.Config{
			Wire: contract.WirePlain, Client: contract.ClientNetHTTP, MaxConns: 8192, CallTimeout: 5 * time.Second,
			Attempts: 1, Backoff: time.Second, Jitter: contract.JitterFull, Budget: 0.2, BreakerOpen: 5 * time.Second,
		},
		Deadline: 10 * time.Second, Workers: 4, Backlog: 1024,
	}
	if cfg != want {
		t.Errorf("got %+v, want %+v", cfg, want)
	}
}

func TestNoProvider(t *testing.T) {
	if _, err := FromEnv(func(string) string { return "" }); err == nil {
		t.Error("a service without a provider is of no use, but was accepted")
	}
}

// TestCredentials holds that each variable reaches its own field, and that a bad
// one is named and not shown.
func TestCredentials(t *testing.T) {
	base := func(name string) string {
		if name == contract.EnvSMSURL {
			return "http://127.0.0.1:9001"
		}
		return ""
	}
	for _, c := range contract.Credentials() {
		set := func(value string) (Config, error) {
			return FromEnv(func(name string) string {
				if name == c.Env {
					return value
				}
				return base(name)
			})
		}
		none, err := FromEnv(base)
		if err != nil {
			t.Fatal(err)
		}
		one, err := set("own-value")
		if err != nil || one.Calls.Credentials == none.Calls.Credentials {
			t.Errorf("%s changes nothing: %v", c.Env, err)
		}
		if same, err := set(c.Default); err != nil || same.Calls.Credentials != none.Calls.Credentials {
			t.Errorf("the default of %s is not %q: %v", c.Env, c.Default, err)
		}
		_, err = set("se\r\ncret")
		if err == nil || !strings.Contains(err.Error(), c.Env) || strings.Contains(err.Error(), "cret") {
			t.Errorf("%s: %v", c.Env, err)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "4096": 4096, "64MiB": 64 << 20, "10MB": 10e6, "1.5KiB": 1536,
		"1GiB": 1 << 30, "3 kB": 3000, "7B": 7,
	} {
		if got, ok := parseBytes(text); !ok || got != want {
			t.Errorf("%s: got %d, %t, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "B", "MiB", "-1", "0.5", "1e30", "NaN", "1ZB", "9999GiB"} {
		if got, ok := parseBytes(text); ok {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestParseShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Float64Range(-2, 2).Draw(t, "share")
		for text, eps := range map[string]float64{
			strconv.FormatFloat(want, 'g', -1, 64):           0,
			strconv.FormatFloat(100*want, 'g', -1, 64) + "%": 1e-15,
		} {
			got, ok := parseShare(text)
			if inside := got >= 0 && got <= 1; ok != inside || math.Abs(got-want) > eps*2 {
				t.Fatalf("%s: got %g, %t", text, got, ok)
			}
		}
	})
}
