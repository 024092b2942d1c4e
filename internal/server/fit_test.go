package server

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
)

// fitting is a scenario of these rows, with more lines at its end.
func fitting(t *testing.T, rows, more string) *scenario.Scenario {
	t.Helper()
	sc, err := scenario.Decode("x.yaml", []byte("title: t\nproviders: {email: {latency: 200ms}}\nloads: {r: 10/s}\nservers: "+
		rows+"\n"+more))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestBindGivesEveryRowTheWireFormat(t *testing.T) {
	servers := []Server{decoded(t, full), decoded(t, pool)}
	sc := fitting(t, "[full, {name: full, label: own, set: {wire: plain}}]", "wire: plain\n")
	sc.Wire = contract.WireVendor
	bound, err := Bind(sc, servers)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{contract.WireVendor, contract.WirePlain} {
		if got := bound[i].Resolved.Env[contract.EnvWire]; got != want {
			t.Errorf("row %d is told to speak %q, want %q", i, got, want)
		}
	}
	if _, given := sc.Servers[0].Set["wire"]; given {
		t.Error("binding has changed the scenario")
	}
	sc = fitting(t, "[pool]", "wire: plain\n")
	if _, err := Bind(sc, servers); err != nil {
		t.Errorf("a server that speaks plain only: %v", err)
	}
	sc.Wire = contract.WireVendor
	_, err = Bind(sc, servers)
	if want := "x.yaml:5:7: server pool has no setting wire: it speaks wire format plain only: write wire: plain,"; err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestASettingForAllThatOneServerLacks(t *testing.T) {
	sc := fitting(t, "[full, pool]", "set: {store: memory}\n")
	_, err := Bind(sc, []Server{decoded(t, full), decoded(t, pool)})
	if want := `x.yaml:5:7: server pool: unknown setting "store"`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestUsersNeedAStore(t *testing.T) {
	servers := []Server{decoded(t, full)}
	if _, err := Bind(fitting(t, "[{name: full, set: {store: memory}}]", "request: {recipients: users}\n"), servers); err != nil {
		t.Error(err)
	}
	_, err := Bind(fitting(t, "[full]", "request: {recipients: users}\n"), servers)
	if want := "x.yaml:4:11: server full has store none, where no user of request.recipients can be looked up: set store"; err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

// A row that queues has the scenario's drain to finish, or its own.
func TestAQueueHasTimeToFinish(t *testing.T) {
	for _, c := range []struct {
		set, drain string
		want       time.Duration
	}{
		{"mode: queued", "1s", 5 * time.Second}, {"mode: queued", "20s", 20 * time.Second},
		{"mode: queued, drain: 2s", "20s", 2 * time.Second}, {"mode: sync", "20s", 30 * time.Second},
	} {
		bound, err := Bind(fitting(t, "[{name: full, set: {"+c.set+"}}]", "drain: "+c.drain+"\n"), []Server{decoded(t, full)})
		if err != nil {
			t.Fatal(err)
		}
		if r := bound[0].Resolved; r.Duration(settingDrain) != c.want || r.Queues() != strings.HasPrefix(c.set, "mode: queued") {
			t.Errorf("%s, drain %s: %v", c.set, c.drain, r.Duration(settingDrain))
		}
	}
}
