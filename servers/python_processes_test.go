package servers_test

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func pythonProcessCases() []pythonCase {
	return []pythonCase{
		{"time runs out", pythonTimeRunsOut},
		{"a process dies", pythonBereft},
		{"end", pythonEnd},
	}
}

// pythonTimeRunsOut has a provider say nothing, and another begin and not go on.
func pythonTimeRunsOut(t *testing.T, _ pythonServer, server *program, p *changing) {
	p.reset(hang)
	p.react("sms", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		hang(w, r)
	})
	r := server.notify(http.StatusGatewayTimeout, full("email", "sms"))
	wantChannels(t, r, contract.StatusUnknown, 1, map[string]string{"email": contract.StatusUnknown, "sms": contract.StatusUnknown})
	if a := r.answer.Channels; a["email"].Attempts != 1 || a["sms"].Attempts != 1 {
		t.Errorf("answer %s", r.body)
	}
}

func pythonBereft(t *testing.T, s pythonServer, server *program, _ *changing) {
	status, h := server.health()
	if s.single {
		if status != http.StatusOK || h.Processes != 1 || h.PID != server.cmd.Process.Pid {
			t.Errorf("got %d %+v", status, h)
		}
		return
	}
	if status != http.StatusOK || h.Processes != 2 || h.PID == server.cmd.Process.Pid {
		t.Fatalf("got %d %+v", status, h)
	}
	victim := h.PID
	if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	switch s.bereft {
	case expires:
		server.exit()
	case goesOn:
		server.eventually("going on", func() bool {
			status, h = server.health()
			return status == http.StatusOK && h.Restarts == 0 && h.PID != victim
		})
	case replaces:
		server.eventually("one restart", func() bool {
			status, h = server.health()
			return status == http.StatusOK && h.Restarts == 1 && h.PID != victim
		})
	}
}

func pythonEnd(t *testing.T, s pythonServer, server *program, _ *changing) {
	if s.bereft != replaces {
		t.Skip("a worker of it died")
	}
	server.signal(syscall.SIGTERM)
	ended(t, server)
}

// TestPythonExperiments drives options that only some servers in Python have.
func TestPythonExperiments(t *testing.T) {
	for name, run := range map[string]func(*testing.T, *changing){
		"unchecked": pythonUnchecked, "background awaited": pythonAwaited, "background as printed": pythonPrinted,
		"retry as printed": pythonRetries, "connections are limited": pythonMaxConns, "work": pythonWork,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, newChanging(t))
		})
	}
}

// pythonUnchecked: as in the articles' first listings, whatever is answered is sent.
func pythonUnchecked(t *testing.T, p *changing) {
	p.reset(status(http.StatusInternalServerError))
	for _, folder := range []string{"flask", "aiohttp"} {
		server := pythonServer{folder: folder}.start(t, p, "NOTIFY_CHECK=off")
		server.notify(http.StatusOK, full("email", "sms"))
	}
}

const background = 3

// inBackground starts aiohttp with tasks in the background, and has some of them under way.
func inBackground(t *testing.T, p *changing, gate <-chan struct{}, env ...string) *program {
	p.reset(heldUntil(gate))
	server := pythonServer{folder: "aiohttp"}.start(t, p, append(env, contract.EnvMode+"=queued")...)
	for range background {
		r := server.notify(http.StatusAccepted, full("email", "sms"))
		wantQueued(t, r)
	}
	p.providers["sms"].wait(background)
	server.signal(syscall.SIGTERM)
	return server
}

func wantQueued(t *testing.T, r reply) {
	t.Helper()
	if r.answer.ID == "" || r.answer.Status != contract.StatusQueued || len(r.answer.Channels) != 2 {
		t.Errorf("answer %s", r.body)
	}
}

func pythonAwaited(t *testing.T, p *changing) {
	gate := make(chan struct{})
	server := inBackground(t, p, gate, "NOTIFY_BACKGROUND=awaited")
	server.eventually("closed", func() bool { return !server.listening() })
	close(gate)
	ended(t, server)
	if drained, _, dropped := server.drained(); drained != background || dropped != 0 {
		t.Errorf("%d drained, %d dropped", drained, dropped)
	}
}

// pythonPrinted ends although the tasks do not.
func pythonPrinted(t *testing.T, p *changing) {
	gate := make(chan struct{})
	defer close(gate)
	server := inBackground(t, p, gate)
	ended(t, server)
	if drained, _, dropped := server.drained(); drained != 0 || dropped != background {
		t.Errorf("%d drained, %d dropped", drained, dropped)
	}
}

// pythonRetries: a connection that is lost is tried again, an answer of 500 is not.
func pythonRetries(t *testing.T, p *changing) {
	server := pythonServer{folder: "aiohttp"}.start(t, p, contract.EnvAttempts+"=2")
	p.reset(accept)
	p.react("email", first(1, faultReactions()[contract.FaultReset]))
	p.react("sms", failing(1))
	r := server.notify(http.StatusMultiStatus, full("email", "sms"))
	email, sms := r.answer.Channels["email"], r.answer.Channels["sms"]
	if email.Status != contract.StatusSent || email.Attempts != 2 || sms.Status != contract.StatusFailed || sms.Attempts != 1 {
		t.Errorf("answer %s", r.body)
	}
}

func pythonMaxConns(t *testing.T, p *changing) {
	one := newFake(t, accept)
	env := []string{contract.EnvEmailURL + "=" + one.URL, contract.EnvSMSURL + "=" + one.URL, contract.EnvPushURL + "=" + one.URL}
	server := pythonServer{folder: "aiohttp"}.start(t, p, append(env, contract.EnvSession+"=shared", contract.EnvMaxConns+"=1")...)
	for range 5 {
		server.notify(http.StatusOK, full(contract.Channels()...))
	}
	if one.most() != 1 {
		t.Errorf("%d calls at once over one connection", one.most())
	}
}

// pythonWork asks for a million rounds, which no machine does in 10 ms.
func pythonWork(t *testing.T, p *changing) {
	p.reset(accept)
	server := pythonServer{folder: "flask"}.start(t, p, contract.EnvWork+"=2ms", contract.EnvRoundsPerMS+"=500000")
	if d := took(server); d.Milliseconds() < 10 {
		t.Errorf("a million rounds took %s", d)
	}
}

// TestPythonBadEnvironment wants every problem named, and code 2.
func TestPythonBadEnvironment(t *testing.T) {
	for _, folder := range []string{"flask", "aiohttp", "quart", "sanic", "fastapi"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			bad := []string{"WEB_CONCURRENCY=none", "EMAIL_URL=ftp://user:secret@host", "NOTIFY_CHECK=maybe",
				"NOTIFY_CALL_TIMEOUT=5", "NOTIFY_WORK=much", "NOTIFY_SESSION=sticky"}
			server := launchPython(t, folder, bad)
			if code := server.exit(); code != 2 {
				t.Errorf("exit code %d, want 2", code)
			}
			for _, variable := range bad {
				name, _, _ := strings.Cut(variable, "=")
				if !server.log.has(folder + ": " + name + ": ") {
					t.Errorf("no word of %s", name)
				}
			}
			if server.log.has("secret") {
				t.Error("a secret is in the log")
			}
		})
	}
}
