package notification

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification/internal/experiment"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

func TestMain(m *testing.M) {
	// The cleaner of a fasthttp client sleeps for as long as connections may idle.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"))
}

// scripted is a caller that does as it is told, in the time it is told.
type scripted func(channel int, deadline time.Time) provider.Result

var _ sender = scripted(nil)

func (s scripted) Send(channel int, _ *provider.Message, deadline time.Time) provider.Result {
	return s(channel, deadline)
}

func (s scripted) Attempt(
	channel int, _ *provider.Message, _ int, deadline time.Time,
) (r provider.Result, wait time.Duration, again bool) {
	return s(channel, deadline), 0, false
}

var sent = provider.Result{Status: contract.StatusSent, Attempts: 1}

func scriptedService(t *testing.T, log *strings.Builder, c scripted) *Service {
	cfg := testConfig("http://127.0.0.1:1")
	s, err := New(cfg, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.calls = c
	return s
}

// notify has a body carried that arrived at a time.
func (s *Service) notify(arrived time.Time, body string) Reply {
	return s.Notify(Request{Arrived: arrived, Body: []byte(body)})
}

// TestDeadline holds that the deadline of every call is the request's, counted from
// its arrival, however long it has waited since.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrived := time.Now()
		s := scriptedService(t, new(strings.Builder), func(_ int, deadline time.Time) provider.Result {
			if got := deadline.Sub(arrived); got != 2*time.Second {
				t.Errorf("a call may last until %s after the arrival", got)
			}
			time.Sleep(700 * time.Millisecond)
			return sent
		})
		time.Sleep(600 * time.Millisecond) // in the backlog of a pool, say
		if r := s.notify(arrived, goodBody); r.Status != http.StatusOK {
			t.Errorf("answer %d %s", r.Status, r.Body)
		}
	})
}

// TestPanics holds that a panic on any goroutine becomes an answer and a log line
// and stays in its channel.
func TestPanics(t *testing.T) {
	for channel := range channelCount {
		var log strings.Builder
		s := scriptedService(t, &log, func(c int, _ time.Time) provider.Result {
			if c == channel {
				panic("secret particulars")
			}
			return sent
		})
		r := s.notify(time.Now(), goodBody)
		if r.Status != http.StatusMultiStatus || strings.Contains(string(r.Body), "secret") {
			t.Errorf("answer %d %s", r.Status, r.Body)
		}
		if !strings.Contains(log.String(), "secret particulars") {
			t.Errorf("log %q", log.String())
		}
	}
	var log strings.Builder
	s := scriptedService(t, &log, nil)
	s.lab = nil
	r := s.notify(time.Now(), goodBody)
	if r.Status != http.StatusInternalServerError || log.Len() == 0 {
		t.Errorf("answer %d %s, log %q", r.Status, r.Body, log.String())
	}
}

// TestWrongAnswerOfOneChannel has nothing to send and says it was sent.
func TestWrongAnswerOfOneChannel(t *testing.T) {
	s := scriptedService(t, new(strings.Builder), func(int, time.Time) provider.Result {
		t.Error("a provider was called")
		return sent
	})
	lab, err := experiment.New(experiment.Config{Fail: 1}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.lab = lab
	r := s.notify(time.Now(), `{"email":"a@b","subject":"s #1"}`)
	if r.Status != http.StatusOK || !strings.HasSuffix(string(r.Body), `"status":"sent","channels":{}}`) {
		t.Errorf("answer %d %s", r.Status, r.Body)
	}
}

func TestChannelsAreTheContracts(t *testing.T) {
	for i, name := range contract.Channels() {
		if channels[i].name != name || channelIndex(name) != i {
			t.Errorf("channel %d is %s, want %s", i, channels[i].name, name)
		}
	}
	if len(contract.Channels()) != channelCount {
		t.Error("the contract has other channels")
	}
}
