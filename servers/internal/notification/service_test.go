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

// scripted is a sender that does as it is told, in the time it is told.
type scripted func(channel int, deadline time.Time) provider.Result

func (s scripted) Send(channel int, _ *provider.Message, deadline time.Time) provider.Result {
	return s(channel, deadline)
}

func scriptedService(t *testing.T, log *strings.Builder, send scripted) *Service {
	s, err := New(testConfig("http://127.0.0.1:1"), slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.sender = send
	return s
}

// sent is the result of a message that arrived.
func sent(served time.Duration) provider.Result {
	return provider.Result{Status: contract.StatusSent, Attempts: 1, Served: served, Timed: true}
}

// TestDeadline holds that every message has the deadline of its request, counted
// from the arrival.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrived, messages := time.Now(), 0
		s := scriptedService(t, new(strings.Builder), func(_ int, deadline time.Time) provider.Result {
			messages++
			if left := deadline.Sub(arrived); left != 2*time.Second {
				t.Errorf("message %d may take until %s, want 2s", messages, left)
			}
			time.Sleep(700 * time.Millisecond)
			return sent(0)
		})
		s.cfg.Sequential = true
		time.Sleep(600 * time.Millisecond) // in the backlog of a pool, say
		if s.Notify(arrived, []byte(goodBody)); messages != channelCount {
			t.Errorf("%d messages", messages)
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
			return sent(0)
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
	s := scriptedService(t, new(strings.Builder), func(int, time.Time) provider.Result {
		t.Error("a provider was called")
		return provider.Result{}
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
