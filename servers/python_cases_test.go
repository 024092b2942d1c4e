package servers_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func pythonCases() []pythonCase {
	return []pythonCase{
		{"health", pythonHealth},
		{"every channel", pythonEveryChannel},
		{"default channels", pythonDefaultChannels},
		{"devices", pythonDevices},
		{"texts unchanged", pythonTexts},
		{"refusals", pythonRefusals},
		{"oversized body", pythonOversized},
		{"provider error", pythonProviderError},
		{"partial failure", pythonPartial},
		{"faults", pythonFaults},
		{"fan-out", pythonFanOut},
		{"sessions", pythonSessions},
		{"drain", pythonDrains},
	}
}

func pythonHealth(t *testing.T, s pythonServer, server *program, _ *changing) {
	status, h := server.health()
	if status != http.StatusOK || h.Status != "ok" || h.PID == 0 || h.Processes != 1 || h.Restarts != 0 {
		t.Errorf("got %d %+v", status, h)
	}
}

func pythonEveryChannel(t *testing.T, _ pythonServer, server *program, p *changing) {
	for subset := 1; subset < 8; subset++ {
		p.reset(accept)
		n, want, statuses := full(), map[string]contract.PlainCall{}, map[string]string{}
		for i, call := range []contract.PlainCall{
			{To: n.Email, Subject: n.Subject}, {To: n.Phone, Message: n.Message}, {To: n.DeviceToken, Message: n.Message},
		} {
			if channel := contract.Channels()[i]; subset&(1<<i) != 0 {
				n.Channels = append(n.Channels, channel)
				want[channel], statuses[channel] = call, contract.StatusSent
			}
		}
		r := server.notify(http.StatusOK, n)
		wantChannels(t, r, contract.StatusSent, 1, statuses)
		wantCalls(t, p.providers, want)
		for channel, result := range r.answer.Channels {
			if r.answer.ID == "" || result.Attempts != 1 || result.ProviderID != "p-1" {
				t.Errorf("answer %s", r.body)
			}
			if got := p.providers[channel].requests[0]; got != "POST /send application/json" {
				t.Errorf("%s was called by %s", channel, got)
			}
		}
	}
}

// pythonDefaultChannels: the articles' service sends email and SMS.
func pythonDefaultChannels(t *testing.T, _ pythonServer, server *program, p *changing) {
	r := server.notify(http.StatusOK, full())
	wantChannels(t, r, contract.StatusSent, 1, map[string]string{"email": contract.StatusSent, "sms": contract.StatusSent})
	if n := len(p.providers["push"].seen()); n != 0 {
		t.Errorf("push was called %d times", n)
	}
}

func pythonDevices(t *testing.T, _ pythonServer, server *program, p *changing) {
	n := full("push")
	n.DeviceToken, n.DeviceTokens = "", []string{"a", "b", "c"}
	r := server.notify(http.StatusOK, n)
	if got := r.answer.Channels["push"].Attempts; got != 3 || len(p.providers["push"].seen()) != 3 {
		t.Errorf("%d calls, answer %s", len(p.providers["push"].seen()), r.body)
	}
	p.react("push", failing(1))
	r = server.notify(http.StatusMultiStatus, n)
	if got := r.answer.Channels["push"]; got.Status != contract.StatusPartial || got.Error == "" || r.answer.Status != contract.StatusPartial {
		t.Errorf("answer %s", r.body)
	}
}

func pythonTexts(t *testing.T, _ pythonServer, server *program, p *changing) {
	const odd = "\"quotes\" \\ / <b>&amp;</b> Ünïcödé 漢字 🎉 \u2028 \x01\x1f\x7f tab\t line\r\n"
	n := full("email", "sms")
	n.Subject, n.Message = contract.Tag(odd+"subject", 7), contract.Tag(odd+"message", 7)
	server.notify(http.StatusOK, n)
	wantCalls(t, p.providers, map[string]contract.PlainCall{
		"email": {To: n.Email, Subject: n.Subject}, "sms": {To: n.Phone, Message: n.Message},
	})
}

func pythonRefusals(t *testing.T, _ pythonServer, server *program, p *changing) {
	for _, body := range []string{
		"", "null", "[]", `"text"`, "17", "{", `{"email":`, `{"email":"a@b"}x`, "{\"email\":\"\xff\"}", strings.Repeat("[", 16000),
	} {
		server.post(http.StatusBadRequest, body)
	}
	for _, body := range []string{
		`{}`, `{"email":17,"subject":"s","channels":["email"]}`, `{"email":"a@b","channels":["email"]}`,
		`{"email":"a@b","subject":"s","channels":["fax"]}`, `{"email":"a@b","subject":"s","channels":["email","email"]}`,
		`{"email":"a@b","subject":"s","channels":[]}`, `{"email":"a@b","subject":"s","channels":[[]]}`,
		`{"message":"m","device_tokens":["a",""],"channels":["push"]}`,
	} {
		r := server.post(http.StatusUnprocessableEntity, body)
		if len(r.refusal.Fields) == 0 || r.refusal.Fields[0].Field == "" || r.refusal.Fields[0].Problem == "" {
			t.Errorf("%s: got %s", body, r.body)
		}
	}
	for path, want := range map[string]int{contract.PathNotify: http.StatusMethodNotAllowed, "/elsewhere": http.StatusNotFound} {
		res, err := server.client.Get("http://" + server.addr + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("GET %s: got %d, want %d", path, res.StatusCode, want)
		}
	}
	wantCalls(t, p.providers, nil)
}

func pythonOversized(t *testing.T, _ pythonServer, server *program, p *changing) {
	fits := encode(full("email"))
	fits += strings.Repeat(" ", contract.MaxBody-len(fits))
	server.post(http.StatusOK, fits)
	// The server may hang up before it has read, and then no answer arrives.
	r, err := server.do(http.MethodPost, contract.PathNotify, fits+" ")
	if err == nil && r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d %s, want 413", r.status, r.body)
	}
	server.client.CloseIdleConnections()
	server.post(http.StatusOK, fits)
	for channel, f := range p.providers {
		if n := len(f.seen()); channel == "email" && n != 2 || channel != "email" && n != 0 {
			t.Errorf("%s was called %d times", channel, n)
		}
	}
}

func pythonProviderError(t *testing.T, _ pythonServer, server *program, p *changing) {
	for _, code := range []int{400, 429, 500, 503} {
		p.reset(status(code))
		r := server.notify(http.StatusBadGateway, full(contract.Channels()...))
		wantChannels(t, r, contract.StatusFailed, 1, all(contract.StatusFailed))
		for channel, f := range p.providers {
			if n := len(f.seen()); n != 1 || r.answer.Channels[channel].Attempts != 1 {
				t.Errorf("%s: %d calls, answer %s", channel, n, r.body)
			}
		}
	}
}

func pythonPartial(t *testing.T, _ pythonServer, server *program, p *changing) {
	p.react("sms", status(http.StatusInternalServerError))
	want := all(contract.StatusSent)
	want["sms"] = contract.StatusFailed
	r := server.notify(http.StatusMultiStatus, full(contract.Channels()...))
	wantChannels(t, r, contract.StatusPartial, 1, want)
}

// faultReactions are the faults of the providers; nil: time runs out.
func faultReactions() map[string]reaction {
	hangUp := func(reset bool) reaction {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			if tcp, is := conn.(*net.TCPConn); is && reset {
				tcp.SetLinger(0)
			}
			conn.Close()
		}
	}
	return map[string]reaction{
		contract.FaultReset: hangUp(true), contract.FaultEmpty: hangUp(false), contract.FaultLost: hangUp(false),
		contract.FaultMalformed: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":`) },
		contract.FaultHang:      nil, contract.FaultDrip: nil,
	}
}

func pythonFaults(t *testing.T, _ pythonServer, server *program, p *changing) {
	for _, fault := range contract.Faults() {
		react, known := faultReactions()[fault.Name]
		if !known {
			t.Errorf("nobody has said how fault %s looks", fault.Name)
		}
		if react == nil {
			continue
		}
		p.reset(react)
		want := faultAnswers()[fault.Name]
		for range 2 {
			r := server.notify(want.code, full(contract.Channels()...))
			wantChannels(t, r, want.channel, 1, all(want.channel))
		}
		for channel, f := range p.providers {
			if n := len(f.seen()); n != 2 {
				t.Errorf("%s: %s was called %d times, want 2", fault.Name, channel, n)
			}
		}
	}
}

// pythonFanOut has a call end only when the others have begun, or when it is alone.
func pythonFanOut(t *testing.T, s pythonServer, server *program, p *changing) {
	if s.sequential() {
		for _, channel := range contract.Channels() {
			p.react(channel, func(w http.ResponseWriter, r *http.Request) {
				if inFlight := p.inFlight(); inFlight != 1 {
					t.Errorf("%d calls at once", inFlight)
				}
				accept(w, r)
			})
		}
	} else {
		gate := make(chan struct{})
		p.reset(heldUntil(gate))
		go func() {
			for _, f := range p.providers {
				f.wait(1)
			}
			close(gate)
		}()
	}
	server.notify(http.StatusOK, full(contract.Channels()...)) // or the gate stays shut
}

// inFlight is how many calls all providers have at this moment.
func (s *changing) inFlight() (n int) {
	for _, f := range s.providers {
		f.mu.Lock()
		n += f.inFlight
		f.mu.Unlock()
	}
	return n
}

// pythonSessions counts connections: one for all, or one for each call.
func pythonSessions(t *testing.T, s pythonServer, server *program, p *changing) {
	const requests = 5
	for range requests {
		server.notify(http.StatusOK, full(contract.Channels()...))
	}
	for channel, f := range p.providers {
		got, perRequest := f.connections(), s.name == "flask" || s.name == "aiohttp" || s.single
		if perRequest && got != requests || !perRequest && got >= requests {
			t.Errorf("%s: %d calls took %d connections", channel, requests, got)
		}
	}
}

// pythonDrains is the last case: what is in flight at SIGTERM is finished.
func pythonDrains(t *testing.T, s pythonServer, server *program, p *changing) {
	gate := make(chan struct{})
	p.reset(heldUntil(gate))
	replies := flood(server, 1)
	p.providers["email"].wait(1)
	server.signal(syscall.SIGTERM)
	if !s.ends {
		// A worker that is busy may leave the port open; nothing else shows that it was told.
		for range 40 {
			if !server.listening() {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		close(gate)
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("in flight: got %d %s, want 200", r.status, r.body)
		}
	} else {
		defer close(gate)
	}
	ended(t, server)
}
