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
)

func TestMain(m *testing.M) {
	// The cleaner of a fasthttp client sleeps for as long as connections may idle.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"))
}

// scripted is a client that does as it is told, in the time it is told.
type scripted func(channel int, deadline time.Time) (response, error)

func (s scripted) post(channel int, _ []byte, deadline time.Time) (response, error) {
	return s(channel, deadline)
}

func (s scripted) close() {}

func scriptedService(t *testing.T, log *strings.Builder, c scripted) *Service {
	cfg := testConfig("http://127.0.0.1:1")
	s, err := New(cfg, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.shared.close()
	s.shared = c
	return s
}

// TestDeadlines holds that a call ends at its own timeout or at the request's
// deadline, whichever is first, counted from the arrival of the request.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var until []time.Duration
		arrived := time.Now()
		s := scriptedService(t, new(strings.Builder), func(_ int, deadline time.Time) (response, error) {
			until = append(until, deadline.Sub(arrived))
			time.Sleep(700 * time.Millisecond)
			return response{status: 200}, nil
		})
		s.cfg.Sequential = true
		time.Sleep(600 * time.Millisecond) // in the backlog of a pool, say
		r := s.Notify(arrived, []byte(goodBody))
		if len(until) != 2 || until[0] != 1600*time.Millisecond || until[1] != 2*time.Second {
			t.Errorf("calls may last until %v, want 1.6s and 2s, and no third", until)
		}
		const noTime = `"push":{"status":"failed","attempts":0`
		if r.Status != http.StatusMultiStatus || !strings.Contains(string(r.Body), noTime) {
			t.Errorf("answer %d %s", r.Status, r.Body)
		}
	})
}

// TestPanics holds that a panic on any goroutine becomes an answer and a log line
// and stays in its channel.
func TestPanics(t *testing.T) {
	for channel := range channelCount {
		var log strings.Builder
		s := scriptedService(t, &log, func(c int, _ time.Time) (response, error) {
			if c == channel {
				panic("secret particulars")
			}
			return response{status: 200}, nil
		})
		r := s.Notify(time.Now(), []byte(goodBody))
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
	r := s.Notify(time.Now(), []byte(goodBody))
	if r.Status != http.StatusInternalServerError || log.Len() == 0 {
		t.Errorf("answer %d %s, log %q", r.Status, r.Body, log.String())
	}
}

// TestWrongAnswerOfOneChannel has nothing to send and says it was sent.
func TestWrongAnswerOfOneChannel(t *testing.T) {
	s := scriptedService(t, new(strings.Builder), func(int, time.Time) (response, error) {
		t.Error("a provider was called")
		return response{}, nil
	})
	lab, err := experiment.New(experiment.Config{Fail: 1}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.lab = lab
	r := s.Notify(time.Now(), []byte(`{"email":"a@b","subject":"s #1"}`))
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
