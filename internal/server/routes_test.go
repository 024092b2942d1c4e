package server

import (
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
)

const routed = `name: micro
summary: a route for each claim
language: go
run: micro
routes:
  /gather: {}
  /sequential: {fanout: sequential}
  /pg: {needs: [postgres, redis]}
  /bounded: {at_once: 10}
fanout: concurrent
`

// at is a scenario of one row of the routed server.
func at(t *testing.T, row string) *scenario.Scenario {
	t.Helper()
	sc, err := scenario.Decode("s.yaml", []byte("title: t\nrequest: {channels: []}\nservers:\n  - "+row+"\nloads: {r: 1/s}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestARouteDecides(t *testing.T) {
	s := decoded(t, routed)
	for path, want := range map[string]struct {
		fanout  string
		backing int
		atOnce  int
	}{
		"/gather":     {contract.FanoutConcurrent, 0, 0},
		"/sequential": {contract.FanoutSequential, 0, 0},
		"/pg":         {contract.FanoutConcurrent, 2, 0},
		"/bounded":    {contract.FanoutConcurrent, 0, 10},
	} {
		bound, err := Bind(at(t, "{name: micro, path: "+path+"}"), []Server{s})
		if err != nil {
			t.Fatal(err)
		}
		r := bound[0].Resolved
		if r.Fanout != want.fanout || r.Route.AtOnce != want.atOnce || len(r.Backing()) != want.backing || r.NeedsSchema() != (want.backing > 0) {
			t.Errorf("%s: fan-out %s, %d at once, needs %v", path, r.Fanout, r.Route.AtOnce, r.Backing())
		}
		none := r.missing(func(string) string { return "" })
		if (none != "") != (want.backing > 0) || none != "" && none != "not installed: scripts/services.sh start" {
			t.Errorf("%s: missing %q", path, none)
		}
	}
}

func TestRoutesThatAreNot(t *testing.T) {
	s := decoded(t, routed)
	for row, want := range map[string]string{
		"{name: micro, path: /gathr}": `s.yaml:4:25: server micro: unknown path "/gathr": did you mean "/gather"? (valid: /gather, /sequential, /pg, /bounded)`,
		"micro":                       `s.yaml:4:5: server micro: unknown path "/notify": valid: /gather, /sequential, /pg, /bounded`,
	} {
		if _, err := Bind(at(t, row), []Server{s}); err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
	for src, want := range map[string]string{
		strings.Replace(routed, "  /gather:", "  gather:", 1):                            `server.yaml:6:3: "gather" is not a path: write a path such as /gather`,
		strings.Replace(routed, "fanout: sequential", "fanout: x", 1):                    `server.yaml:7:25: unknown routes./sequential.fanout "x": valid: sequential, concurrent`,
		strings.Replace(routed, "{at_once: 10}", "{at_once: 10, fanout: sequential}", 1): `server.yaml:9:23: a sequential fan-out makes one call at once: remove at_once, or write fanout: concurrent`,
		strings.Replace(routed, "at_once: 10", "at_once: 1", 1):                          `server.yaml:9:23: routes./bounded.at_once: 1 is out of range: write a whole number from 2 to 100`,
		strings.Replace(routed, "[postgres, redis]", "[mysql]", 1):                       `server.yaml:8:17: unknown service "mysql": valid: postgres, redis`,
	} {
		if _, err := Decode("server.yaml", []byte(src)); err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}
