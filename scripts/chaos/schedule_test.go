package main

import (
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestSchedule: in order, within the run, as often as asked, the same for the same
// seed; and every second change of the providers is back to health.
func TestSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(what string, most int) time.Duration {
			return time.Duration(rapid.IntRange(100, most).Draw(t, what)) * time.Millisecond
		}
		p := pace{length: draw("length", 60_000), kill: draw("kill", 10_000), flap: draw("flap", 10_000),
			services: []string{restartPostgres, restartRedis, killPostgres}}
		seed := rapid.Uint64().Draw(t, "seed")
		all := schedule(seed, p)
		if !reflect.DeepEqual(all, schedule(seed, p)) {
			t.Fatal("the same seed gives another schedule")
		}
		n, last := map[string]int{}, time.Duration(0)
		for _, e := range all {
			if e.at < last || e.at >= p.length {
				t.Fatalf("%v after %v in a run of %v", e.at, last, p.length)
			}
			last = e.at
			n[e.kind]++
			if e.kind == flap {
				checkFlap(t, e, n[flap]%2 == 1)
			}
		}
		for kind, want := range map[string]int{restartPostgres: 1, restartRedis: 1, killPostgres: 1,
			killChild: int((p.length - 1) / p.kill), flap: int((p.length - 1) / p.flap)} {
			if n[kind] != want {
				t.Fatalf("%s %d times, want %d", kind, n[kind], want)
			}
		}
	})
}

func checkFlap(t *rapid.T, e event, wrong bool) {
	if len(e.behaviour) != len(contract.Channels()) || e.text == "" {
		t.Fatalf("%+v", e)
	}
	troubles := 0
	for _, b := range e.behaviour {
		share := b.ErrorRate
		for _, s := range b.Faults {
			share += s
		}
		if share > contract.MaxShares || b.Latency == "" {
			t.Fatalf("%+v", b)
		}
		if share > 0 {
			troubles++
		}
	}
	if wrong != (troubles > 0) || troubles == len(contract.Channels()) {
		t.Fatalf("%d providers in trouble: %s", troubles, e.text)
	}
}

// TestWait: a client never waits for longer than its limit, nor not at all.
func TestWait(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		after := time.Duration(rapid.Int64Range(0, int64(longestWait)).Draw(t, "after"))
		got := wait(rng, rapid.IntRange(0, 100).Draw(t, "repeats"), after)
		if got <= 0 || got > longestWait || got < after {
			t.Fatalf("%v", got)
		}
	})
}

func TestAgain(t *testing.T) {
	for code, want := range map[int]bool{
		0: true, http.StatusOK: false, http.StatusAccepted: false, http.StatusMultiStatus: false, http.StatusConflict: true,
		http.StatusUnprocessableEntity: false, http.StatusTooManyRequests: true, http.StatusBadGateway: true, http.StatusServiceUnavailable: true,
	} {
		if again(code) != want {
			t.Errorf("%d", code)
		}
	}
}

// TestEnviron: what the user gives with -env wins.
func TestEnviron(t *testing.T) {
	b := &bench{o: options{env: []string{"A=user=1", "C=3"}}, services: &services{env: []string{"A=service", "B=2"}}}
	env := b.environ(map[string]string{"A": "set", "B": "set", "D": "4"})
	for _, want := range []string{"A=user=1", "B=2", "C=3", "D=4"} {
		name, _, _ := strings.Cut(want, "=")
		n := 0
		for _, pair := range env {
			if strings.HasPrefix(pair, name+"=") {
				n++
			}
		}
		if n != 1 || !slices.Contains(env, want) {
			t.Errorf("not %s: %q", want, env)
		}
	}
}
