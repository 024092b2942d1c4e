package servers_test

import (
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/notifybench/notifybench/internal/contract"
)

func lifeCases() []testCase {
	return []testCase{
		{name: "health", run: healthTells},
		{name: "drain", run: drains},
		{name: "second signal", run: secondSignal},
		{name: "port taken", run: portTaken},
		{name: "bad environment", run: badEnvironment},
	}
}

func healthTells(t subject) {
	server := t.run(newProviders(t.T, accept), "GOMAXPROCS=1")
	_, h := server.health()
	want := contract.Health{Status: "ready", PID: server.cmd.Process.Pid, Processes: 1, GOMAXPROCS: 1}
	if h != want {
		t.Errorf("got %+v, want %+v", h, want)
	}
	server.signal(syscall.SIGINT)
	if code := server.exit(); code != 0 {
		t.Errorf("exit code %d after SIGINT", code)
	}
}

// inFlight is how many requests the drain test has inside the server.
const inFlight = 20

// fill brings them in and returns when all are there. Those of a pool stand in
// its backlog for the most part, where nothing shows them; one more is refused
// once they are all there.
func fill(t subject, server *program, p providers) <-chan reply {
	if t.style != "pool" {
		replies := flood(server, inFlight)
		p["email"].wait(inFlight)
		return replies
	}
	replies := flood(server, inFlight+1)
	if r := <-replies; r.status != http.StatusServiceUnavailable {
		t.Fatalf("got %d %s, want a refusal", r.status, r.body)
	}
	return replies
}

var poolOfFour = []string{contract.EnvWorkers + "=4", contract.EnvBacklog + "=16"}

func drains(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(poolOfFour...)...)
	replies := fill(t, server, p)
	server.signal(syscall.SIGTERM)
	server.eventually("closed", func() bool { return !server.listening() })
	close(gate)
	for range inFlight {
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("in flight: got %d %s, want 200", r.status, r.body)
		}
	}
	if code := server.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for channel, f := range p {
		if n := len(f.seen()); n != inFlight {
			t.Errorf("%s was called %d times, want %d", channel, n, inFlight)
		}
	}
	ln, err := net.Listen("tcp", server.addr)
	if err != nil {
		t.Fatalf("the port is not free: %v", err)
	}
	ln.Close()
}

// secondSignal does not wait for calls that do not end.
func secondSignal(t subject) {
	p := newProviders(t.T, hang)
	server := t.run(p, append(poolOfFour, contract.EnvCallTimeout+"=10m", contract.EnvDeadline+"=10m")...)
	fill(t, server, p)
	server.signal(syscall.SIGTERM)
	server.eventually("closed", func() bool { return !server.listening() })
	server.signal(syscall.SIGTERM)
	if code := server.exit(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func portTaken(t subject) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for _, processes := range []string{"1", "2"} {
		env := append(newProviders(t.T, accept).env(), contract.EnvProcesses+"="+processes)
		server := launch(t.T, programs[t.style], ln.Addr().String(), env)
		want := "listen " + ln.Addr().String() + ": address already in use"
		if code := server.exit(); code != 1 || !strings.Contains(server.log.String(), want) {
			t.Errorf("%s processes: exit code %d, log %q; want 1 and %q", processes, code, server.log, want)
		}
	}
}

func badEnvironment(t subject) {
	bad := map[string]string{
		contract.EnvProcesses: "none", contract.EnvEmailURL: "ftp://user:secret@host", contract.EnvFanout: "both",
		contract.EnvClient: "curl", contract.EnvSession: "sticky", contract.EnvMaxConns: "0",
		contract.EnvCallTimeout: "5", contract.EnvDeadline: "-1s",
		contract.EnvWorkers: "x", contract.EnvBacklog: "-1",
		contract.EnvWork: "much", contract.EnvHold: "long", contract.EnvBallast: "1ZB", contract.EnvFail: "101%",
		contract.EnvRoundsPerMS: "NaN",
	}
	var env []string
	for name, value := range bad {
		env = append(env, name+"="+value)
	}
	server := launch(t.T, programs[t.style], freeAddr(t.T), env)
	if code := server.exit(); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for name := range bad {
		if !strings.Contains(server.log.String(), t.style+": "+name+": ") {
			t.Errorf("no word of %s", name)
		}
	}
	if lines := strings.Count(server.log.String(), "\n"); lines != len(bad) {
		t.Errorf("%d lines for %d problems:\n%s", lines, len(bad), server.log)
	}
	if strings.Contains(server.log.String(), "secret") {
		t.Error("a secret is in the log")
	}
}
