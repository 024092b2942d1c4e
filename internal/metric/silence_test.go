package metric

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

// frozen is a second of requests every 2 ms with a provider of 20 ms, of which a
// server answers none between two times.
func frozen(from, to time.Duration) *facts {
	var requests []record.Request
	for sent := time.Duration(0); sent < time.Second; sent += 2 * time.Millisecond {
		end := sent + 21*time.Millisecond
		if end > from && end < to {
			end = to
		}
		requests = append(requests, at(sent, end-sent, record.OutcomeOK))
	}
	f := cellOf(true, time.Second, requests)
	f.run.Scenario.Channels = []string{"email"}
	f.run.Scenario.Providers = map[string]record.Provider{"email": {Latency: "20ms", Mean: 20 * time.Millisecond}}
	f.waits = newWaits(f)
	for i := range requests {
		begin := requests[i].Timestamp.Sub(f.cell.Zero)
		end := begin + requests[i].Latency
		f.wait(&requests[i], begin, end, f.expected(&requests[i], begin, end))
	}
	return f
}

func TestAFreezeIsSeen(t *testing.T) {
	if r := checkSilence.run(frozen(400*time.Millisecond, 600*time.Millisecond)); r.level != Flagged {
		t.Errorf("200 ms: %+v", r)
	}
	if r := checkSilence.run(frozen(400*time.Millisecond, 480*time.Millisecond)); r.level != OK {
		t.Errorf("80 ms: %+v", r)
	}
	turns := frozen(400*time.Millisecond, 515*time.Millisecond)
	if r := checkSilence.run(turns); r.level != Flagged {
		t.Errorf("115 ms: %+v", r)
	}
	turns.cell.Ceilings = []record.Ceiling{{Kind: "workers", Rate: 500}} // they come in rounds of 20 ms
	if r := checkSilence.run(turns); r.level != OK {
		t.Errorf("115 ms of a pool: %+v", r)
	}
}

// Where nobody waits there is no silence, however long nothing is answered.
func TestNobodyWaiting(t *testing.T) {
	f := cellOf(true, time.Second, []record.Request{
		at(0, 20*time.Millisecond, record.OutcomeOK), at(900*time.Millisecond, 20*time.Millisecond, record.OutcomeOK)})
	if at, length := f.answers.silence(); length > 40*time.Millisecond {
		t.Errorf("%v from %v on", length, at)
	}
}

// The silence found is the freeze that was made, to the spacing of the requests.
func TestSilenceIsTheFreeze(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Duration(rapid.IntRange(100, 500).Draw(t, "from")) * time.Millisecond
		length := time.Duration(rapid.IntRange(30, 400).Draw(t, "length")) * time.Millisecond
		_, got := frozen(from, from+length).answers.silence()
		if (got - length).Abs() > 4*time.Millisecond {
			t.Fatalf("frozen for %v, silent for %v", length, got)
		}
	})
}
