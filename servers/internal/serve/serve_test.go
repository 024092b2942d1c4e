package serve

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestBackOff holds that waits grow while processes die young, within bounds, and
// start over after one that lasted.
func TestBackOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := time.Duration(rapid.Int64Range(0, int64(10*time.Second)).Draw(t, "last"))
		lived := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "lived"))
		got := backOff(last, lived)
		if got < 100*time.Millisecond && last >= 50*time.Millisecond || got > 5*time.Second {
			t.Fatalf("wait %s", got)
		}
		if lived >= 10*time.Second && got != 100*time.Millisecond {
			t.Fatalf("wait %s after a life of %s", got, lived)
		}
	})
	wait := time.Duration(0)
	for _, want := range []time.Duration{100, 200, 400, 800, 1600, 3200, 5000, 5000} {
		if wait = backOff(wait, time.Second); wait != want*time.Millisecond {
			t.Fatalf("wait %s, want %s", wait, want*time.Millisecond)
		}
	}
}

func TestHealth(t *testing.T) {
	h := newHealth(3)
	want := func(code int, status string, restarts int) {
		t.Helper()
		reply := h.live()
		got, body := reply.Status, reply.Body
		var answer contract.Health
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		if got != code || answer.Status != status || answer.Restarts != restarts || answer.Processes != 3 {
			t.Errorf("got %d %s", got, body)
		}
	}
	want(http.StatusServiceUnavailable, "starting", 0)
	h.ready(0)
	want(http.StatusOK, "ready", 0)
	h.ready(2)
	want(http.StatusOK, "ready", 2)
	h.draining()
	h.ready(3) // the supervisor does not know yet
	want(http.StatusServiceUnavailable, "draining", 2)
}

// TestObey follows the orders of a supervisor that then dies.
func TestObey(t *testing.T) {
	var restarts []int
	stop := make(chan struct{}, 2)
	orders := strings.NewReader("ready restarts=0\nnonsense\nready restarts=4\n")
	obey(orders, func(n int) { restarts = append(restarts, n) }, stop)
	if len(restarts) != 2 || restarts[1] != 4 {
		t.Errorf("told of restarts %v", restarts)
	}
	if len(stop) != 2 {
		t.Errorf("told to stop %d times, want 2: the supervisor is gone", len(stop))
	}
}

func TestPlace(t *testing.T) {
	env := map[string]string{}
	get := func(name string) string { return env[name] }
	if p, err := placeFromEnv(get); err != nil || p.address() != "127.0.0.1:8080" || p.processes != 1 {
		t.Errorf("default: %+v, %v", p, err)
	}
	env = map[string]string{contract.EnvHost: "::1", contract.EnvPort: "90", contract.EnvProcesses: "4"}
	if p, err := placeFromEnv(get); err != nil || p.address() != "[::1]:90" || p.processes != 4 {
		t.Errorf("given: %+v, %v", p, err)
	}
	env = map[string]string{contract.EnvPort: "65536", contract.EnvProcesses: "0"}
	if _, err := placeFromEnv(get); len(flatten(err)) != 2 {
		t.Errorf("bad port and processes: %v", err)
	}
	env = map[string]string{contract.EnvPort: "0", contract.EnvProcesses: "2"}
	if _, err := placeFromEnv(get); err == nil {
		t.Error("two processes cannot find the same free port")
	}
}

func TestFlatten(t *testing.T) {
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	if got := errors.Join(flatten(errors.Join(a, errors.Join(b)), nil, c)...).Error(); got != "a\nb\nc" {
		t.Errorf("got %q", got)
	}
	if got := flatten(nil, errors.Join()); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestChildEnv(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	for cpus, want := range map[int]string{1: "1", 4: "1", 8: "2", 9: "3"} {
		env := childEnv([]string{"A=b"}, 4, cpus, notification.Config{})
		if !contains(env, "GOMAXPROCS="+want) || !contains(env, envChild+"=1") || !contains(env, "A=b") {
			t.Errorf("%d processors: %v", cpus, env)
		}
	}
	t.Setenv("GOMAXPROCS", "7")
	if env := childEnv([]string{"GOMAXPROCS=7"}, 4, 8, notification.Config{}); contains(env, "GOMAXPROCS=2") {
		t.Errorf("the user's GOMAXPROCS is overruled: %v", env)
	}
}

func contains(env []string, want string) bool {
	for _, e := range env {
		if e == want {
			return true
		}
	}
	return false
}

// stuck is a server whose requests never end.
type stuck struct{ closed chan struct{} }

func (s stuck) Serve(net.Listener) error { <-s.closed; return http.ErrServerClosed }

func (s stuck) Shutdown(ctx context.Context) error {
	close(s.closed)
	<-ctx.Done()
	return ctx.Err()
}

// config is the default one.
func config(t *testing.T) notification.Config {
	t.Helper()
	cfg, err := notification.FromEnv(func(name string) string {
		return map[string]string{contract.EnvEmailURL: "http://127.0.0.1:1"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestDrainIsBounded waits 30 s for requests that never end, and not at all once
// it is told a second time.
func TestDrainIsBounded(t *testing.T) {
	for _, second := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := &process{log: slog.New(slog.DiscardHandler), health: newHealth(1), cfg: config(t)}
			svc, err := notification.New(p.cfg, p.log)
			if err != nil {
				t.Fatal(err)
			}
			defer svc.Close()
			stop := make(chan struct{}, 2)
			want := 30 * time.Second
			if second {
				want = 4 * time.Second
				time.AfterFunc(want, func() { tell(stop) })
			}
			begin := time.Now()
			err = p.drain(stuck{make(chan struct{})}, svc, stop)
			if took := time.Since(begin); err == nil || took != want {
				t.Errorf("drained for %s with %v, want %s and an error", took, err, want)
			}
		})
	}
}

// TestSupervisorGivesUp has children that end well or badly before they listen.
func TestSupervisorGivesUp(t *testing.T) {
	for _, program := range []string{"true", "false", "no-such-program"} {
		s := newSupervisor(2, slog.New(slog.DiscardHandler), func() *exec.Cmd { return exec.Command(program) })
		runtime.LockOSThread()
		err := s.run(make(chan struct{}))
		runtime.UnlockOSThread()
		if err == nil || !strings.Contains(err.Error(), "process ") {
			t.Errorf("%s: %v", program, err)
		}
	}
}
