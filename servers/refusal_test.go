package servers_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func refusalCases() []testCase {
	return []testCase{
		{name: "malformed body", run: malformedBody},
		{name: "invalid fields", run: invalidFields},
		{name: "oversized body", run: oversizedBody},
		{name: "oversized head", run: oversizedHead},
		{name: "wrong method", run: wrongMethod},
		{name: "wrong path", run: wrongPath},
		{name: "slow client", run: slowClient},
	}
}

func malformedBody(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	for _, body := range []string{
		"", "   ", "null", "[]", `"text"`, "17", "{", `{"email":}`, `{"email":"a@b"} {}`, `{"email":"a@b"}x`,
		"{\"email\":\"a@b\",\"subject\":\"\xff\"}",
	} {
		server.post(http.StatusBadRequest, body)
	}
	wantCalls(t.T, p, nil)
}

func invalidFields(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	long := strings.Repeat("s", 999)
	for body, fields := range map[string]string{
		`{}`:                             "email",
		`{"emial":"a@b","subject":"s"}`:  "emial",
		`{"email":17,"subject":"s"}`:     "email",
		`{"email":"a@b"}`:                "subject",
		`{"phone":"+15550000017"}`:       "message",
		`{"email":"nobody","phone":"x"}`: "email phone subject message",
		`{"email":"a@b","subject":"s","channels":["fax","sms","sms"]}`:      "channels phone channels message",
		`{"email":"a@b","subject":"s","channels":["sms"]}`:                  "phone message",
		`{"email":"a@b","subject":"s","channels":[]}`:                       "channels",
		`{"email":"a@b","subject":"` + long + `","device_token":"a token"}`: "subject device_token message",
	} {
		r := server.post(http.StatusUnprocessableEntity, body)
		var got []string
		for _, f := range r.refusal.Fields {
			got = append(got, f.Field)
			if f.Problem == "" {
				t.Errorf("%s: no problem given for %s", body, f.Field)
			}
		}
		if strings.Join(got, " ") != fields {
			t.Errorf("%s: got fields %q, want %q", body, got, fields)
		}
	}
	wantCalls(t.T, p, nil)
}

func oversizedBody(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	fits := encode(full())
	fits += strings.Repeat(" ", contract.MaxBody-len(fits))
	server.post(http.StatusOK, fits)
	server.post(http.StatusRequestEntityTooLarge, fits+" ")
	server.post(http.StatusRequestEntityTooLarge, strings.Repeat("x", 4*contract.MaxBody))
	server.post(http.StatusOK, encode(full()))

	// Without a Content-Length it is found out while reading.
	req, err := http.NewRequest(http.MethodPost, "http://"+server.addr+contract.PathNotify,
		io.MultiReader(strings.NewReader(fits), strings.NewReader("  ")))
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("chunked: got %d", res.StatusCode)
	}
}

func oversizedHead(t subject) {
	server := t.run(newProviders(t.T, accept))
	req, err := http.NewRequest(http.MethodPost, "http://"+server.addr+contract.PathNotify, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Padding", strings.Repeat("x", 32<<10))
	// The server may hang up before it has read, and then no answer arrives.
	res, err := server.client.Do(req)
	if err == nil {
		defer res.Body.Close()
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %d, want 431", res.StatusCode)
		}
	}
	server.notify(http.StatusOK, full())
}

func wrongMethod(t subject) {
	server := t.run(newProviders(t.T, accept))
	for _, c := range []struct{ method, path, allow string }{
		{http.MethodGet, contract.PathNotify, http.MethodPost},
		{http.MethodPut, contract.PathNotify, http.MethodPost},
		{http.MethodDelete, contract.PathNotify, http.MethodPost},
		{http.MethodPost, contract.PathHealth, http.MethodGet},
	} {
		r := server.want(http.StatusMethodNotAllowed, c.method, c.path, "")
		if got := r.header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow is %q, want %q", c.method, c.path, got, c.allow)
		}
	}
}

func wrongPath(t subject) {
	server := t.run(newProviders(t.T, accept))
	for _, path := range []string{"/", "/notify/", "/notify/17", "/send", "/Notify"} {
		server.want(http.StatusNotFound, http.MethodPost, path, encode(full()))
	}
}

// slowClient has two clients that never finish: each is cut off, and others are
// served meanwhile.
func slowClient(t subject) {
	server := t.run(newProviders(t.T, accept))
	var slow []net.Conn
	for _, beginning := range []string{
		"POST /notify HTTP/1.1\r\nHost: x\r\n",
		"POST /notify HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
	} {
		conn, err := net.Dial("tcp", server.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, beginning); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, conn)
	}
	server.notify(http.StatusOK, full())
	for i, conn := range slow {
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.ReadAll(conn); isTimeout(err) {
			t.Errorf("slow client %d is not cut off", i)
		}
	}
	server.notify(http.StatusOK, full())
}

func isTimeout(err error) bool {
	t, ok := err.(net.Error)
	return ok && t.Timeout()
}
