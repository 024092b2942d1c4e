package selftest

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stamp"
)

// failing lists the cases of the rows that failed.
func failing(rows ...Row) (names []string) {
	for i := range rows {
		if rows[i].Verdict() == Fail {
			names = append(names, rows[i].Case)
		}
	}
	return names
}

// expect checks which rows fail: each is named by a part of its case.
func expect(t *testing.T, what string, rows []Row, parts ...string) {
	t.Helper()
	got := failing(rows...)
	ok := len(got) == len(parts)
	for i := range min(len(got), len(parts)) {
		ok = ok && strings.Contains(got[i], parts[i])
	}
	if !ok {
		t.Errorf("%s: failed %q, want %q", what, got, parts)
	}
}

func TestJudgeCPU(t *testing.T) {
	words := []lastWord{
		{PID: 1, CPU: time.Second, Waited: map[int]time.Duration{2: 501 * time.Millisecond}},
		{PID: 2, CPU: 500 * time.Millisecond}, {PID: 3, CPU: 500 * time.Millisecond},
	}
	if got := total(words); got != 2001*time.Millisecond {
		t.Fatalf("total %v: of a child that was waited for the parent's word counts", got)
	}
	for _, c := range []struct {
		measured time.Duration
		full     bool // fails in the full form
		short    bool // fails in the short form too
	}{
		{2001 * time.Millisecond, false, false},
		{2011 * time.Millisecond, false, false},
		{2012 * time.Millisecond, true, false},
		{1501 * time.Millisecond, true, true}, // a child was forgotten
		{0, true, true},
	} {
		for short, want := range map[bool]bool{false: c.full, true: c.short} {
			row := (&bench{opts: Options{Short: short}}).judgeCPU("", words, c.measured)
			if failed := row.Verdict() == Fail; failed != want {
				t.Errorf("short %v: measured %v fails: %v", short, c.measured, failed)
			}
		}
	}
	if got := cpuLimit(100 * time.Millisecond); got != 5e6 {
		t.Errorf("limit of 100 ms: %v", got)
	}
}

func TestJudgeMemory(t *testing.T) {
	h := Hold{Processes: 5, Shared: 64 << 20, Private: 8 << 20}
	if h.truth() != 104<<20 {
		t.Fatalf("truth %d", h.truth())
	}
	for _, short := range []bool{false, true} {
		b := &bench{opts: Options{Short: short}}
		expect(t, "exact", []Row{b.judgeMemory(h, 50<<20, 154<<20)})
		counted := []Row{b.judgeMemory(h, 50<<20, (50+5*64+5*8)<<20)}
		expect(t, "shared pages counted in each", counted, "64 MiB shared")
		expect(t, "only the parent", []Row{b.judgeMemory(h, 50<<20, 122<<20)}, "64 MiB shared")
		expect(t, "shrunk", []Row{b.judgeMemory(h, 50<<20, 40<<20)}, "64 MiB shared")
	}
}

// repeated is n times the same.
func repeated(d time.Duration, n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = d
	}
	return all
}

func TestJudgeDelay(t *testing.T) {
	const way = 100 * time.Microsecond
	good := func() seen {
		return seen{
			planned: time.Millisecond, mock: contract.DelayQuantiles{Count: 2000, P50: 1e4, P99: 1e5},
			caller: repeated(time.Millisecond+way, 2000), way: repeated(way, 1000),
		}
	}
	for _, c := range []struct {
		what  string
		spoil func(*seen)
		fails []string
	}{
		{"good", func(*seen) {}, nil},
		{"mock is late", func(s *seen) { s.mock.P50 = 2e5 }, []string{"mock p50"}},
		{"mock is late at times", func(s *seen) { s.mock.P99 = 2e6 }, []string{"mock p99"}},
		{"mock lies", func(s *seen) { s.caller = repeated(3*time.Millisecond, 2000) }, []string{"caller p50", "caller p99"}},
		{"answers at once", func(s *seen) { s.caller = repeated(way, 2000) }, []string{"caller p50"}},
		{"does not count", func(s *seen) { s.mock.Count = 1999 }, []string{"1ms"}},
		{"too few", func(s *seen) { s.caller = s.caller[:100] }, []string{"1ms"}},
	} {
		s := good()
		c.spoil(&s)
		expect(t, c.what, (&bench{}).judgeDelay(s), c.fails...)
	}
}

// simulated is an open loop at freezeRate for four seconds: every request is
// served in a tenth of a millisecond, and what falls due in a freeze waits for
// its end: sent late, or served late.
func simulated(generatorStands bool) *outcome {
	begin := time.Unix(1_000_000, 0)
	out := &outcome{from: begin.Add(2 * time.Second), to: begin.Add(2*time.Second + freezeLength)}
	for k := range 4 * freezeRate {
		due := begin.Add(time.Duration(k) * time.Second / freezeRate)
		q := record.Request{K: uint64(k), Timestamp: due, Latency: 100 * time.Microsecond}
		if wait := out.to.Sub(due); !due.Before(out.from) && wait > 0 {
			if generatorStands {
				q.Lag, q.Timestamp = wait, due.Add(wait)
			} else {
				q.Latency += wait
			}
		}
		out.requests = append(out.requests, q)
		out.arrivals = append(out.arrivals, stamp.Arrival{At: q.Timestamp.UnixNano(), K: int64(k)})
	}
	out.totals.Sent = uint64(len(out.requests))
	return out
}

func TestJudgeSends(t *testing.T) {
	out := simulated(false)
	expect(t, "on time", (&bench{}).judgeSends(out))
	out.arrivals[7].K = stamp.NoK
	expect(t, "one is lost", (&bench{}).judgeSends(out), "arrived")
	out.totals.Unsent = 1
	expect(t, "and one unsent", (&bench{}).judgeSends(out), "arrived", "unsent")

	expect(t, "late sends", (&bench{}).judgeSends(simulated(true)), "own record", "arrival")
	hidden := simulated(true) // a record that says it was on time
	for i := range hidden.requests {
		q := &hidden.requests[i]
		q.Timestamp, q.Lag = q.Timestamp.Add(-q.Lag), 0
	}
	expect(t, "hidden lateness", (&bench{}).judgeSends(hidden), "arrival")
}

func TestJudgeFreezes(t *testing.T) {
	for _, short := range []bool{false, true} {
		b := &bench{opts: Options{Short: short}}
		expect(t, "target", b.judgeTargetFrozen(simulated(false)))
		expect(t, "generator", b.judgeGeneratorFrozen(simulated(true)))

		// Coordinated omission: response time counts from the actual send.
		omitted := simulated(true)
		for i := range omitted.requests {
			omitted.requests[i].Lag = 0
		}
		expect(t, "omission", b.judgeTargetFrozen(omitted), "that show it", "mean response")
		expect(t, "service time taken for send lag", b.judgeGeneratorFrozen(simulated(false)), "mean send lag", "service times")

		closed := simulated(false)
		expect(t, "an open loop for a closed one", b.judgeClosedLoop(closed), "1 connection")
		closed.requests = closed.requests[2*freezeRate : 2*freezeRate+1]
		expect(t, "a closed loop", b.judgeClosedLoop(closed))
	}
	slow := simulated(false)
	for i := range slow.requests[:freezeRate] {
		slow.requests[i].Latency = time.Second
	}
	expect(t, "slow elsewhere", (&bench{}).judgeTargetFrozen(slow), "that show it", "outside")
}
