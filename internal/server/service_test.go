package server

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

const full = `name: full
summary: the whole service
language: go
run: full {port}
service: notification
settings:
  workers: {}
  client: {default: fasthttp}
fanout: "{fanout}"
client_pool: "{max_conns}"
`

// A server of the service offers every well-known setting once, with its
// well-known variable, but those of a style that it does not list.
func TestTheServiceOffersEveryWellKnownSetting(t *testing.T) {
	s := decoded(t, full)
	for _, c := range contract.Settings() {
		got, ok := s.Setting(c.Name)
		if c.Name == "backlog" {
			if ok {
				t.Error("a setting of some styles is offered by one that does not list it")
			}
			continue
		}
		if !ok || got.Env != c.Env || got.Type != c.Type {
			t.Errorf("%s: %+v, %v", c.Name, got, ok)
		}
		if c.Name != "client" && got.Default != c.Default {
			t.Errorf("%s: default %q, want %q", c.Name, got.Default, c.Default)
		}
	}
	if c, _ := s.Setting("client"); c.Default != contract.ClientFastHTTP {
		t.Errorf("client: default %q though the file says another", c.Default)
	}
	names := s.SettingNames()
	slices.Sort(names)
	if len(slices.Compact(names)) != len(s.Settings) {
		t.Errorf("a setting is there twice: %v", names)
	}
	r, err := s.Resolve(map[string]string{"mode": "queued", "retry_budget": "10%"}, 1)
	if err != nil || r.Env[contract.EnvMode] != contract.ModeQueued || r.Env[contract.EnvRetryBudget] != "0.1" {
		t.Errorf("%v, %v", r.Env, err)
	}
}

// Every default of the contract is a value that the setting takes, in the form
// in which a server is given it.
func TestDefaultsOfTheContractAreCanonical(t *testing.T) {
	for _, c := range contract.Settings() {
		if got, fault := canonical(c, c.Default); fault != nil || got == "" {
			t.Errorf("%s: default %q: %q, %v", c.Name, c.Default, got, fault)
		}
	}
}

func TestServiceRefuses(t *testing.T) {
	for old, c := range map[string][2]string{
		"service: notification":      {"service: notifications", `5:10: unknown service "notifications": did you mean "notification"?`},
		"workers: {}":                {"wokers: {}", `missing key settings.wokers.env`},
		"client: {default: fasthttp": {"client: {default: fast", `8:21: default of client: unknown value "fast"`},
		"workers: {":                 {"workers: {env: NOTIFY_STORE", `settings store and workers share the variable NOTIFY_STORE`},
	} {
		_, err := Decode("server.yaml", []byte(strings.Replace(full, old, c[0], 1)))
		if err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s:\n got %v\nwant … %s …", c[0], err, c[1])
		}
	}
}

// The styles of this repository differ in scheduling only: the same settings, but
// for those of a style. A server with routes is none: it illustrates mechanisms.
func TestStylesOfferTheSameSettings(t *testing.T) {
	servers, err := Find([]string{"../../servers"})
	if err != nil {
		t.Fatal(err)
	}
	var first map[string]bool
	for _, s := range servers {
		if s.Language != "go" || s.Routes != nil {
			continue
		}
		offered := map[string]bool{}
		for _, name := range s.SettingNames() {
			if !slices.Contains(ofStyles(), name) {
				offered[name] = true
			}
		}
		if first == nil {
			first = offered
		}
		if !maps.Equal(offered, first) {
			t.Errorf("%s offers %v\nwant %v", s.Name, offered, first)
		}
	}
	if len(first) < len(contract.Settings())-len(ofStyles()) {
		t.Errorf("only %d settings", len(first))
	}
}
