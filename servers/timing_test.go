package servers_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func timingCases() []testCase {
	return []testCase{
		{name: "timing", run: timing, calls: true},
		{name: "timing of a silent provider", run: timingOfSilentProvider, calls: true},
		{name: "timing of the backlog", run: timingOfBacklog, only: "pool"},
	}
}

// served is how long the provider of a channel takes, and says so.
func served(channel string) time.Duration {
	return map[string]time.Duration{
		contract.Email: 20 * time.Millisecond, contract.SMS: 35 * time.Millisecond, contract.Push: 10 * time.Millisecond,
	}[channel]
}

// after accepts a call after a time and says so.
func after(d time.Duration) reaction {
	return func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(d)
		ms := string(contract.AppendMillis(nil, d))
		w.Header().Set(contract.HeaderTiming, contract.TimingPlanned+";dur=0, "+contract.TimingServed+";dur="+ms)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"id":"p-1"}`)
	}
}

// timings reads the Server-Timing of a reply; one metric of a name at most.
func timings(t *testing.T, r reply) map[string]contract.Timing {
	t.Helper()
	all := map[string]contract.Timing{}
	header := []byte(r.header.Get(contract.HeaderTiming))
	for m, rest, ok := contract.NextTiming(header); ok; m, rest, ok = contract.NextTiming(rest) {
		if _, twice := all[m.Name]; twice {
			t.Errorf("%s comes twice in %q", m.Name, header)
		}
		all[m.Name] = m
	}
	return all
}

// timing wants of a server that says where the time went: the critical path of its
// providers exactly as they served it, a queue, both within the time of the
// request, and the process.
func timing(t subject) {
	p := providers{}
	for _, c := range contract.Channels() {
		p[c] = newFake(t.T, after(served(c)))
	}
	for fanout, path := range map[string]time.Duration{
		contract.FanoutSequential: 65 * time.Millisecond, contract.FanoutConcurrent: 35 * time.Millisecond,
	} {
		server := t.run(p, contract.EnvFanout+"="+fanout)
		begin := time.Now()
		got := timings(t.T, server.notify(http.StatusOK, full()))
		took := time.Since(begin)
		queue, calls, process := got[contract.TimingQueue], got[contract.TimingProviders], got[contract.TimingProcess]
		if !calls.Timed || calls.Dur != path {
			t.Errorf("%s: providers %+v, they served %s", fanout, calls, path)
		}
		if !queue.Timed || queue.Dur+calls.Dur > took {
			t.Errorf("%s: queue %+v and providers %+v in a request of %s", fanout, queue, calls, took)
		}
		if pid, err := strconv.Atoi(process.Desc); err != nil || pid != server.cmd.Process.Pid {
			t.Errorf("%s: process %+v, want %d", fanout, process, server.cmd.Process.Pid)
		}
	}
}

// timingOfSilentProvider wants no path where a provider does not say how long it took.
func timingOfSilentProvider(t subject) {
	p := newProviders(t.T, after(time.Millisecond))
	p[contract.SMS] = newFake(t.T, accept)
	got := timings(t.T, t.run(p).notify(http.StatusOK, full()))
	if m, said := got[contract.TimingProviders]; said || !got[contract.TimingQueue].Timed {
		t.Errorf("timings %+v, providers %+v", got, m)
	}
}

// timingOfBacklog has one worker for two requests at once: the second waits for as
// long as the first is held.
func timingOfBacklog(t subject) {
	const held = 3 * time.Second // the second comes in half of it, on any machine
	server := t.run(newProviders(t.T, after(held)), unhurried(contract.EnvWorkers+"=1")...)
	replies := flood(server, 2)
	var queues []time.Duration
	for range 2 {
		r := <-replies
		m := timings(t.T, r)[contract.TimingQueue]
		if r.status != http.StatusOK || !m.Timed {
			t.Fatalf("%d %s %v", r.status, r.body, r.header)
		}
		queues = append(queues, m.Dur)
	}
	if queues[0] > held/2 || queues[1] < held/2 {
		t.Errorf("the first waited for %s, the second for %s while the first took %s", queues[0], queues[1], held)
	}
}
