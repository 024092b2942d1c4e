package provider

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
)

func TestMain(m *testing.M) {
	// The cleaner of a fasthttp client sleeps for as long as connections may idle.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"))
}

// testConfig is one attempt, without protections, at a provider for all channels.
func testConfig(t testing.TB, base string) Config {
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Wire: contract.WirePlain, Client: contract.ClientNetHTTP, MaxConns: 64, CallTimeout: time.Second,
		Jitter: contract.JitterFull,
	}
	for i := range cfg.URLs {
		cfg.URLs[i] = u
	}
	return cfg
}

// eachClient runs a test with every implementation against one provider.
func eachClient(t *testing.T, provider http.HandlerFunc, test func(*testing.T, client)) {
	for _, kind := range clientKinds() {
		t.Run(kind.name, func(t *testing.T) {
			srv := httptest.NewServer(provider)
			defer srv.Close()
			defer srv.CloseClientConnections()
			cfg := testConfig(t, srv.URL)
			cfg.Client, cfg.MaxConns = kind.name, 1
			to, err := newTargets(&cfg)
			if err != nil {
				t.Fatal(err)
			}
			c := kind.new(&cfg, to)
			defer c.close()
			test(t, c)
		})
	}
}

func TestClientPost(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/send" || r.Header.Get("User-Agent") != userAgent ||
			r.Header.Get("Content-Type") != contentJSON {
			w.WriteHeader(http.StatusTeapot)
		}
		w.Write([]byte(`{"id":"` + string(body) + `"}`))
	}
	eachClient(t, echo, func(t *testing.T, c client) {
		for _, text := range []string{"one", "two", "three"} {
			got, err := posted(c, []byte(text), time.Now().Add(time.Minute))
			if want := (answer{status: http.StatusOK, accepted: true, id: text}); err != nil || got != want {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		}
	})
}

// TestClientTimesOut tells a call that was written from one that never got a
// connection, because the only one is busy.
func TestClientTimesOut(t *testing.T) {
	arrived := make(chan struct{}, 2)
	hang := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	}
	eachClient(t, hang, func(t *testing.T, c client) {
		first := make(chan error, 1)
		go func() {
			_, err := posted(c, []byte("{}"), time.Now().Add(2*time.Second))
			first <- err
		}()
		<-arrived
		_, err := posted(c, []byte("{}"), time.Now().Add(50*time.Millisecond))
		wantTimeout(t, "without a connection", err, false)
		wantTimeout(t, "without an answer", <-first, true)
	})
}

func wantTimeout(t *testing.T, what string, err error, written bool) {
	t.Helper()
	failure, ok := errors.AsType[*callError](err)
	if !ok || !failure.timeout || failure.written != written {
		t.Errorf("%s: got %#v, want a timeout with written %t", what, err, written)
	}
}

// TestClientSendsOnce has a provider that cuts every connection off after it has
// read a call: it must not be called again for that.
func TestClientSendsOnce(t *testing.T) {
	var calls atomic.Int64
	cut := func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		calls.Add(1)
		panic(http.ErrAbortHandler)
	}
	eachClient(t, cut, func(t *testing.T, c client) {
		calls.Store(0)
		for n := range int64(3) {
			_, err := posted(c, []byte("{}"), time.Now().Add(time.Minute))
			failure, ok := errors.AsType[*callError](err)
			if !ok || failure.timeout {
				t.Errorf("got %v, want a failure that is no timeout", err)
			}
			if got := calls.Load(); got != n+1 {
				t.Errorf("the provider was called %d times for %d calls", got, n+1)
			}
		}
	})
}

// TestClientReadsServerTiming leaves out what is no time.
func TestClientReadsServerTiming(t *testing.T) {
	for value, want := range map[string]answer{
		"planned;dur=200.000, served;dur=200.312": {served: 200312 * time.Microsecond, timed: true},
		"served;dur=oops":                         {},
		"":                                        {},
	} {
		header := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Server-Timing", value) }
		eachClient(t, header, func(t *testing.T, c client) {
			a, err := posted(c, nil, time.Now().Add(time.Minute))
			if err != nil || a.served != want.served || a.timed != want.timed {
				t.Errorf("%q: %+v, %v", value, a, err)
			}
		})
	}
}

// TestClientFollowsNoRedirect, neither to another path nor to another host, which
// would be given the credentials.
func TestClientFollowsNoRedirect(t *testing.T) {
	var strangers atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		away := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) }
		eachClient(t, away, func(t *testing.T, c client) {
			a, err := posted(c, []byte("{}"), time.Now().Add(time.Minute))
			if err != nil || a.status != status || a.accepted {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	if n := strangers.Load(); n != 0 {
		t.Errorf("another host was called %d times", n)
	}
}

func TestClientUnknown(t *testing.T) {
	if _, err := findClient("curl"); err == nil {
		t.Error("found a client that does not exist")
	}
	for _, s := range contract.Settings() {
		if s.Name != "client" {
			continue
		}
		for _, name := range s.OneOf {
			if _, err := findClient(name); err != nil {
				t.Errorf("%s is a valid setting: %v", name, err)
			}
		}
	}
}

// posted is a call of the first channel.
func posted(c client, body []byte, deadline time.Time) (a answer, err error) {
	err = c.post(0, body, deadline, &a)
	return a, err
}
