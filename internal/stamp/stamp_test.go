package stamp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What is written reads the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []Arrival
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			want = append(want, Arrival{rapid.Int64().Draw(t, "at"), rapid.Int64().Draw(t, "k")})
		}
		var buf bytes.Buffer
		if err := Write(&buf, want); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&buf)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
	})
	if _, err := Read(strings.NewReader("1 2\n3\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line without a number: %v", err)
	}
}

// Requests are found wherever the stream is cut, and garbage never panics.
func FuzzNext(f *testing.F) {
	f.Add([]byte("POST / HTTP/1.1\r\nHost: x\r\ncontent-length:  4\r\n\r\n #7\"GET /healthz HTTP/1.1\r\n\r\n"))
	f.Add([]byte("\r\r\r\ncontent-length: -1\r\n\r\n #x\" #"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, ok := next(data)
		if ok && (m.size < 4 || m.size > len(data)) {
			t.Fatalf("a request of %d bytes in %d", m.size, len(data))
		}
		if ok {
			if again, ok := next(data[:m.size]); !ok || again != m {
				t.Fatalf("%+v alone reads %+v", m, again)
			}
			if _, ok := next(data[:m.size-1]); ok {
				t.Fatal("a request is whole without its end")
			}
		}
	})
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		data string
		want message
		ok   bool
	}{
		{"GET /healthz HTTP/1.1\r\n\r\n", message{size: 25, health: true, k: NoK}, true},
		{"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\na #12\"rest", message{size: 44, k: 12}, true},
		{"POST / HTTP/1.1\r\nX: #3\r\nCONTENT-LENGTH:10\r\n\r\na #b\" #12\"", message{size: 55, k: 12}, true},
		{"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\na #12", message{}, false},
		{"POST / HTTP/1.1\r\nContent-Length: 6\r\n", message{}, false},
	} {
		if m, ok := next([]byte(c.data)); ok != c.ok || ok && m != c.want {
			t.Errorf("%q: %+v %v", c.data, m, ok)
		}
	}
}

func TestServe(t *testing.T) {
	if !Supported {
		t.Skip(ErrUnsupported)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url, done := make(chan string, 1), make(chan []Arrival, 1)
	begin := time.Now()
	go func() {
		arrivals, err := Serve(ctx, func(u string) error { url <- u; return nil })
		if err != nil {
			t.Error(err)
		}
		done <- arrivals
	}()
	base := <-url
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if resp, err := client.Get(base + "/healthz"); err != nil || resp.StatusCode != 200 || resp.Body.Close() != nil {
		t.Fatal(resp, err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	body := `{"subject":"x #41","message":"y"}`
	request := fmt.Sprintf("POST /notify HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := io.WriteString(conn, request+request[:30]); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1<<10)
	if n, err := conn.Read(buf); err != nil || !strings.Contains(string(buf[:n]), `"status":"sent"`) {
		t.Fatalf("%q %v", buf[:n], err)
	}
	if _, err := io.WriteString(conn, request[30:]); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(buf); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	cancel()
	arrivals := <-done
	if len(arrivals) != 2 || arrivals[0].K != 41 || arrivals[1].K != 41 ||
		arrivals[0].At < begin.UnixNano() || arrivals[1].At < arrivals[0].At {
		t.Errorf("%+v", arrivals)
	}
}
