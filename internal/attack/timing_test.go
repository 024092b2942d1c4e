package attack

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/notifybench/notifybench/internal/record"
)

func TestTimingOfAnAnswer(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		lines []string
		want  timing
	}{
		{nil, timing{}},
		{[]string{`queue;dur=1.5, providers;dur=200.113, process;desc="12"`},
			timing{3 * ms / 2, 200*ms + 113*time.Microsecond, true, "12"}},
		{[]string{"db;dur=3, queue;dur=1, queue;dur=2", "providers;dur=4"}, timing{ms, 4 * ms, true, ""}},
		{[]string{"queue;dur=1, process;desc=a"}, timing{queue: ms, process: "a"}},
		{[]string{"queue;dur=x, providers;dur=4"}, timing{providers: 4 * ms}},
		{[]string{"process;desc=" + strings.Repeat("x", maxProcessName+1)}, timing{}},
		{[]string{strings.Repeat("x,", maxTimingHeader), "queue;dur=1, providers;dur=4"}, timing{}},
	} {
		if got := timingOf(http.Header{"Server-Timing": c.lines}); got != c.want {
			t.Errorf("%.80q: %+v, want %+v", c.lines, got, c.want)
		}
	}
}

// What the server says of its time is kept with the request, and its processes
// are counted, to a limit.
func TestServerTimingIsKept(t *testing.T) {
	var n atomic.Int64
	tg := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server-Timing", fmt.Sprintf("queue;dur=0.010, providers;dur=0.020, process;desc=p%d", n.Add(1)%3))
		answerWith(200, good)(w, r)
	})
	o := attack(t, t.Context(), job(t, tg.URL, "200/s"))
	var answered uint64
	for _, count := range o.gen.Processes {
		answered += count
	}
	if len(o.gen.Processes) != 3 || answered != o.gen.Sent {
		t.Errorf("processes %v of %d requests", o.gen.Processes, o.gen.Sent)
	}
	for _, q := range o.requests {
		if !q.Timed || q.Queue != 10*time.Microsecond || q.Providers != 20*time.Microsecond {
			t.Fatalf("request %+v", q)
		}
	}
	c := collector{}
	for i := range 2 * maxProcesses {
		c.countProcess(fmt.Sprint(i))
	}
	if len(c.gen.Processes) != maxProcesses {
		t.Errorf("%d processes told apart", len(c.gen.Processes))
	}
}

func TestAServerThatSaysNothingIsNotTimed(t *testing.T) {
	o := attack(t, t.Context(), job(t, newTarget(t, answerWith(200, good)).URL, "50/s"))
	for _, q := range o.requests {
		if q.Timed || q.Queue != 0 || q.Outcome != record.OutcomeOK {
			t.Fatalf("request %+v", q)
		}
	}
	if o.gen.Processes != nil {
		t.Errorf("processes %v", o.gen.Processes)
	}
}

// A map keeps values of up to 128 bytes beside their keys; larger ones cost an
// allocation each.
func TestSlotsAreKeptInPlace(t *testing.T) {
	if size := unsafe.Sizeof(slot{}); size > 128 {
		t.Errorf("a slot takes %d bytes", size)
	}
}

// BenchmarkTimingOf is what reading the header adds to a request.
func BenchmarkTimingOf(b *testing.B) {
	h := http.Header{"Server-Timing": {`queue;dur=0.012, providers;dur=200.113, process;desc="1234"`}}
	b.ReportAllocs()
	for b.Loop() {
		if !timingOf(h).known {
			b.Fatal("not read")
		}
	}
}

func FuzzTimingOf(f *testing.F) {
	f.Add(`queue;dur=0.012, providers;dur=200.113, process;desc="1234"`)
	f.Fuzz(func(t *testing.T, line string) {
		got := timingOf(http.Header{"Server-Timing": {line, line}})
		if got.queue < 0 || got.providers < 0 || len(got.process) > maxProcessName {
			t.Fatalf("%q: %+v", line, got)
		}
	})
}
