package attack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// A server may close a connection whenever it is idle: no request is lost to that.
func TestIdleConnectionsClosedByTheServer(t *testing.T) {
	tg := newIdleTarget(t, answerWith(200, good))
	tg.Config.IdleTimeout = 20 * time.Millisecond
	tg.Start()
	o := attack(t, t.Context(), job(t, tg.URL, "10/s"))
	if o.gen.Sent == 0 || o.gen.Outcomes[record.OutcomeOK] != o.gen.Sent || o.gen.Connections < 2 {
		t.Fatalf("outcomes %v over %d connections: %v", o.gen.Outcomes, o.gen.Connections, o.gen.Errors)
	}
}

func TestConnectionCloseIsHonoured(t *testing.T) {
	tg := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		answerWith(200, good)(w, r)
	})
	o := attack(t, t.Context(), job(t, tg.URL, "50/s"))
	if o.gen.Outcomes[record.OutcomeOK] != o.gen.Sent || o.gen.Connections != o.gen.Sent+o.gen.WarmupSent {
		t.Fatalf("outcomes %v over %d connections", o.gen.Outcomes, o.gen.Connections)
	}
}

// A server that dies in the middle is told apart from one that is slow, and equal
// failures read alike whatever the connection.
func TestReasons(t *testing.T) {
	dead := httptest.NewServer(answerWith(200, good))
	dead.Close()
	o := attack(t, t.Context(), job(t, dead.URL, "50/s"))
	if len(o.gen.Errors) != 1 || o.gen.Errors[0].Text != "dial: connect: connection refused" {
		t.Errorf("errors %v", o.gen.Errors)
	}
	cut := newTarget(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	o = attack(t, t.Context(), job(t, cut.URL, "50/s"))
	if len(o.gen.Errors) != 1 || o.gen.Errors[0].Text != "the server closed the connection without an answer" {
		t.Errorf("errors %v", o.gen.Errors)
	}
}

func TestAnswersOfAnyForm(t *testing.T) {
	long := strings.Repeat("x", maxAnswer+1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/chunked":
			w.(http.Flusher).Flush()
			fmt.Fprint(w, "in chunks")
		case "/long":
			answerWith(200, long)(w, r)
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	defer srv.Close()
	for path, want := range map[string]string{"/chunked": "in chunks", "/long": long[:maxAnswer], "/empty": ""} {
		c := newClient(srv.Listener.Addr().String(), path, false)
		for range 2 { // the second time on what connection the first has left
			var in bytes.Buffer
			if _, err := c.send(nil, []byte("{}"), &in, time.Now().Add(5*time.Second)); err != nil || in.String() != want {
				t.Errorf("%s: %v, %d bytes instead of %d", path, err, in.Len(), len(want))
			}
		}
		c.abort()
	}
}

func TestAbortCutsOff(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	var n atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		n.Add(1)
		close(arrived)
		<-release
	}))
	defer srv.Close()
	defer close(release)
	c := newClient(srv.Listener.Addr().String(), "/", false)
	go func() { <-arrived; c.abort() }()
	var in bytes.Buffer
	if _, err := c.send(nil, []byte("{}"), &in, time.Now().Add(time.Hour)); !errors.Is(err, errAborted) {
		t.Errorf("in flight: %v", err)
	}
	if _, err := c.send(nil, []byte("{}"), &in, time.Now().Add(time.Hour)); !errors.Is(err, errAborted) || n.Load() != 1 {
		t.Errorf("afterwards: %v, %d arrived", err, n.Load())
	}
}

// A GET sends no body and says nothing of one; whatever is answered is taken.
func TestGetCarriesNothing(t *testing.T) {
	for _, f := range []Form{{Method: http.MethodGet}, {}} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusMethodNotAllowed)
			fmt.Fprintf(w, "%s %d %q", r.Method, len(body), r.Header.Get("Content-Type"))
		}))
		want := `GET 0 ""`
		if !f.bare() {
			want = fmt.Sprintf(`POST %d "application/json"`, len(f.append(nil, 3)))
		}
		c := newClient(srv.Listener.Addr().String(), "/", f.bare())
		for range 2 {
			var in bytes.Buffer
			r, err := c.send(nil, f.append(nil, 3), &in, time.Now().Add(5*time.Second))
			if err != nil || r.status != http.StatusMethodNotAllowed || in.String() != want {
				t.Errorf("%v, %d: %s, want %s", err, r.status, in.String(), want)
			}
		}
		if code, answer, err := Probe(t.Context(), srv.URL, f, 3); err != nil || code != http.StatusMethodNotAllowed || string(answer) != want {
			t.Errorf("probe: %v, %d: %s, want %s", err, code, answer, want)
		}
		c.abort()
		srv.Close()
	}
}
