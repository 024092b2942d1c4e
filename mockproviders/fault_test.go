package mockproviders

import (
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestFaultsAreThoseOfTheContract: names and order, and with them the draws.
func TestFaultsAreThoseOfTheContract(t *testing.T) {
	ours, all := faults(), contract.Faults()
	if len(ours) != len(all) {
		t.Fatalf("%d faults, %d in the contract", len(ours), len(all))
	}
	for i, f := range ours {
		if f.name != all[i].Name || all[i].Summary == "" || f.answer == nil {
			t.Errorf("fault %d: %q and %+v", i, f.name, all[i])
		}
	}
}

func withFaults(b behaviour, t *testing.T, shares map[string]float64) behaviour {
	t.Helper()
	list, err := chances(b.errorRate, shares)
	if err != nil {
		t.Fatal(err)
	}
	b.faults = list
	return b
}

// outcomeName is what becomes of the first call for k, in a word.
func (b behaviour) outcomeName(k uint64) string {
	switch status, f := b.outcome(1, k, contract.Email, 1); {
	case status != 0:
		return "error"
	case f != nil:
		return f.name
	}
	return "good"
}

func TestEveryFaultHasItsShare(t *testing.T) {
	const calls = 200_000
	shares := map[string]float64{"error": 0.1}
	for i, f := range contract.Faults() {
		shares[f.Name] = 0.02 * float64(i+1)
	}
	b := behaviour{errorRate: shares["error"], errorStatus: 500}
	only := map[string]float64{}
	for name, share := range shares {
		if name != "error" {
			only[name] = share
		}
	}
	b = withFaults(b, t, only)
	counts := map[string]int{}
	for k := range uint64(calls) {
		counts[b.outcomeName(k)]++
	}
	for name, share := range shares {
		slack := 5 * math.Sqrt(share*(1-share)/calls) // of a sample that is always the same
		if got := float64(counts[name]) / calls; math.Abs(got-share) > slack {
			t.Errorf("%s: share %v, want %v", name, got, share)
		}
	}
	all := withFaults(behaviour{}, t, map[string]float64{contract.FaultHang: 0.5, contract.FaultLost: 0.5})
	for k := range uint64(1000) {
		if name := all.outcomeName(k); name == "good" {
			t.Fatalf("#%d is good though every call has a fault", k)
		}
	}
}

// TestRaisingARateMovesFewCalls: no call of another kind, but for those that the
// raised kind takes, and as many that make up for them.
func TestRaisingARateMovesFewCalls(t *testing.T) {
	const calls = 100_000
	before := map[string]float64{contract.FaultReset: 0.05, contract.FaultDrip: 0.05, contract.FaultLost: 0.05}
	for _, raised := range []string{"error", contract.FaultReset, contract.FaultDrip, contract.FaultLost} {
		a := withFaults(behaviour{errorRate: 0.05}, t, before)
		a.errorStatus = 500
		after, rate := map[string]float64{}, 0.05
		for name, share := range before {
			after[name] = share
		}
		if raised == "error" {
			rate = 0.10
		} else {
			after[raised] = 0.10
		}
		b := withFaults(behaviour{errorRate: rate}, t, after)
		b.errorStatus = 500
		moved, behind := 0, raised == "error"
		for _, name := range []string{"error", contract.FaultReset, contract.FaultDrip, contract.FaultLost} {
			for k := range uint64(calls) {
				was, is := a.outcomeName(k), b.outcomeName(k)
				if was != name || is == name {
					continue
				}
				if !behind || name == raised {
					t.Fatalf("raising %s: #%d was %s and is %s", raised, k, was, is)
				}
				moved++
			}
			behind = behind || name == raised
		}
		// Each of three kinds of 5% loses the 5% of the raised one's calls, and a little.
		if limit := int(3 * 0.05 * 0.05 * 1.5 * calls); moved > limit {
			t.Errorf("raising %s moved %d calls of other kinds, more than %d", raised, moved, limit)
		}
	}
}

func only(fault string, latency string) map[string]contract.Behaviour {
	return map[string]contract.Behaviour{contract.Email: {
		Latency: latency, Faults: map[string]float64{fault: 1}, DripTime: 100 * time.Millisecond,
	}}
}

// seen is what a client makes of a call: a status, or an error.
type seen struct {
	status int
	body   string
	err    error
}

// callers are two clients that are built quite differently. They wait for as long as they
// are told.
func callers() map[string]func(url string, patience time.Duration) seen {
	return map[string]func(string, time.Duration) seen{
		"net/http": func(url string, patience time.Duration) seen {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
			resp, err := client.Post(url, "application/json", strings.NewReader(callFor(7)))
			if err != nil {
				return seen{err: err}
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			return seen{resp.StatusCode, string(body), err}
		},
		"fasthttp": func(url string, patience time.Duration) seen {
			client := &fasthttp.HostClient{Addr: strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/send"),
				RetryIfErr: func(*fasthttp.Request, int, error) (bool, bool) { return false, false }}
			defer client.CloseIdleConnections()
			var req fasthttp.Request
			var resp fasthttp.Response
			req.SetRequestURI(url)
			req.Header.SetMethod("POST")
			req.SetBodyString(callFor(7))
			err := client.DoTimeout(&req, &resp, patience)
			return seen{resp.StatusCode(), string(resp.Body()), err}
		},
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout() || errors.Is(err, fasthttp.ErrTimeout)
}

func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, fasthttp.ErrConnectionClosed)
}

// TestWhatAClientSeesOfAFault holds for any fault listed, and any client.
func TestWhatAClientSeesOfAFault(t *testing.T) {
	wants := map[string]func(seen) bool{
		contract.FaultReset: func(s seen) bool { // fasthttp does not tell how a connection was closed
			return errors.Is(s.err, syscall.ECONNRESET) || errors.Is(s.err, fasthttp.ErrConnectionClosed)
		},
		contract.FaultHang: func(s seen) bool { return isTimeout(s.err) },
		contract.FaultDrip: func(s seen) bool {
			return s.err == nil && s.status == 200 && s.body == `{"id":"email-7-1"}`
		},
		contract.FaultMalformed: func(s seen) bool {
			return s.err == nil && s.status == 200 && s.body == `{"id":"email-7-1`
		},
		contract.FaultEmpty: func(s seen) bool { return isClosed(s.err) },
		contract.FaultLost:  func(s seen) bool { return isClosed(s.err) },
	}
	for _, f := range faults() {
		for client, call := range callers() {
			t.Run(f.name+"/"+client, func(t *testing.T) {
				t.Parallel()
				b := start(t, only(f.name, "20ms"))
				begin, limit := time.Now(), time.Minute
				if f.name == contract.FaultHang {
					limit = 3 * time.Second
				}
				got := call(b.Ready().Providers[contract.Email]+"/send", limit)
				if took := time.Since(begin); took < 20*time.Millisecond {
					t.Errorf("after %v, before its delay had passed", took)
				} else if f.name == contract.FaultDrip && took < 120*time.Millisecond {
					t.Errorf("dripped within %v", took)
				}
				if want := wants[f.name]; want == nil || !want(got) {
					t.Errorf("the client sees %d %q, %v", got.status, got.body, got.err)
				}
				b.eventually(func(s contract.ProviderStats) bool { return s.Faults[f.name] == 1 })
				s := b.Stats().Providers[contract.Email]
				if s.Calls != 1 || s.Accepted+s.Dropped != 1 || (s.Accepted == 1) != f.accepted || s.DelayError.Count != 1 {
					t.Errorf("stats %+v", s)
				}
			})
		}
	}
}

func TestAHangingCallEndsWithItsCallerOrWithTheMock(t *testing.T) {
	b := start(t, only(contract.FaultHang, "0s"))
	request := "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"to\":\"x\"}"
	left, stays := b.raw(contract.Email, request), b.raw(contract.Email, request)
	b.eventually(func(s contract.ProviderStats) bool { return s.Faults[contract.FaultHang] == 2 })
	left.Close()
	p := b.Mock.providers[contract.Email]
	b.eventually(func(contract.ProviderStats) bool { return p.stats.inFlight.Load() == 1 })
	closed := make(chan struct{})
	go func() { b.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("the mock does not close while a call hangs")
	}
	if n, err := stays.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

func TestProbesHaveNoFaults(t *testing.T) {
	for _, f := range faults() {
		b := start(t, only(f.name, "1h"))
		if r := b.send(contract.Email, contract.ProbeBase); r.status != http.StatusOK || r.plain.ID == "" {
			t.Errorf("%s: %+v", f.name, r)
		}
	}
}

func TestFaultsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		b    contract.Behaviour
		want string
	}{
		{contract.Behaviour{Faults: map[string]float64{"rest": 0.1}}, `unknown fault "rest" (valid: reset, hang`},
		{contract.Behaviour{Faults: map[string]float64{"reset": 1.5}}, "reset 1.5 is not a share"},
		{contract.Behaviour{Faults: map[string]float64{"hang": math.NaN()}}, "hang NaN is not a share"},
		{contract.Behaviour{ErrorRate: 0.6, Faults: map[string]float64{"hang": 0.6}}, "add up to 1.2"},
		{contract.Behaviour{DripTime: -1}, "drip_time -1ns"},
		{contract.Behaviour{Queue: &contract.Queue{Length: 5}}, "a queue of 0 servers"},
	} {
		tt.b.Latency = "1ms"
		if _, err := newBehaviour(tt.b); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.b, err, tt.want)
		}
	}
}
