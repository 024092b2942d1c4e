// Package servers_test holds the conformance suite: it drives every folder with
// a server.yaml over HTTP, as a real process, against fake providers. A server
// that does not pass may not be measured.
package servers_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

// atOnce is how many cases run at the same time: most of them wait, for a process or
// for a limit of seconds, and none measures.
const atOnce = "6"

func testMain(m *testing.M) int {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "servers")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if programs, err = build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := dropSchema(sharedSchema); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// subject is what a case is run against.
type subject struct {
	*testing.T
	style  string
	client string
	rooms  []string // environment: where the server keeps things
}

// run starts the server with a provider client and settings.
func (s subject) run(p providers, env ...string) *program {
	s.Helper()
	all := append(p.env(), contract.EnvClient+"="+s.client)
	return run(s.T, programs[s.style], append(append(all, s.rooms...), env...)...)
}

// unhurried is limits that no test reaches: for calls that wait until a test opens the
// gate, however long it takes to get there.
func unhurried(more ...string) []string {
	return append([]string{contract.EnvCallTimeout + "=10m", contract.EnvDeadline + "=10m"}, more...)
}

// testCase is one thing that every server must do.
type testCase struct {
	name  string
	run   func(subject)
	calls bool   // depends on the provider client: run with each
	keeps keeps  // depends on where things are kept: run with each
	only  string // a style; empty: all
}

func cases() []testCase {
	var all []testCase
	for _, group := range [][]testCase{
		requestCases(), refusalCases(), providerCases(), experimentCases(), lifeCases(), processCases(), timingCases(),
		faultCases(), userCases(), keyCases(), retryCases(), guardCases(), queueCases(), durableCases(),
		operationCases(), vendorCases(), outageCases(),
	} {
		all = append(all, group...)
	}
	return all
}

func TestConformance(t *testing.T) {
	for style := range programs {
		for _, c := range cases() {
			if c.only != "" && c.only != style {
				continue
			}
			clients := []string{contract.ClientNetHTTP}
			if c.calls {
				clients = append(clients, contract.ClientFastHTTP)
			}
			for _, client := range clients {
				for _, r := range roomsOf(c.keeps) {
					t.Run(style+"/"+c.name+"/"+client+r.name, func(t *testing.T) {
						t.Parallel()
						c.run(subject{t, style, client, r.env(t, c.keeps)})
					})
				}
			}
		}
	}
}
