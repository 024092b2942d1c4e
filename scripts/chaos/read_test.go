package main

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReadDrain(t *testing.T) {
	log := `time=2026-01-01T00:00:00Z level=INFO msg=draining server=pool pid=7
pool: some other line, drained=5
level=INFO msg=drained server=pool pid=7 drained=3 persisted=1 dropped=0
level=INFO msg=drained server=pool pid=8
level=INFO msg=drained drained=1 persisted=x dropped=0
level=INFO msg=drained drained=1 persisted=-1 dropped=0
level=INFO msg=drained pid=8 dropped=2 drained=4 persisted=0`
	got, err := readDrain(strings.NewReader(log))
	if want := (drainReport{Reports: 2, Drained: 7, Persisted: 1, Dropped: 2}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDrainRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SliceOfN(rapid.IntRange(0, 1<<20), 3, 3).Draw(t, "numbers")
		var r drainReport
		r.add(fmt.Sprintf("level=INFO msg=drained pid=1 drained=%d persisted=%d dropped=%d\n", n[0], n[1], n[2]))
		if r != (drainReport{1, n[0], n[1], n[2]}) {
			t.Fatalf("%+v", r)
		}
	})
}

// FuzzReadDrain: no log makes the counts negative, and none without the word counts.
func FuzzReadDrain(f *testing.F) {
	f.Add("msg=drained drained=1 persisted=2 dropped=3\n")
	f.Add("msg=drained drained=99999999999999999999 persisted=2 dropped=3")
	f.Fuzz(func(t *testing.T, log string) {
		r, err := readDrain(strings.NewReader(log))
		if err != nil || min(r.Drained, r.Persisted, r.Dropped) < 0 || r.Reports > strings.Count(log, "msg=drained") {
			t.Fatalf("%+v, %v", r, err)
		}
	})
}

func TestReadMetric(t *testing.T) {
	const text = `# HELP notify_queue_depth accepted and not done
# TYPE notify_queue_depth gauge
notify_queue_depth{queue="a }",x="1"} 3
notify_queue_depth 4 1700000000
notify_queue_depth_peak 100
notify_queue_depth{queue="b"} NaN
`
	if v, ok, err := readMetric(strings.NewReader(text), queueDepth); v != 7 || !ok || err != nil {
		t.Errorf("%v, %v, %v", v, ok, err)
	}
	if v, ok, err := readMetric(strings.NewReader(text), "notify_queue"); v != 0 || ok || err != nil {
		t.Errorf("%v, %v, %v", v, ok, err)
	}
}

func FuzzReadMetric(f *testing.F) {
	f.Add("notify_queue_depth{} 1\n")
	f.Add("notify_queue_depth{")
	f.Fuzz(func(t *testing.T, text string) {
		if v, ok, _ := readMetric(strings.NewReader(text), queueDepth); !ok && v != 0 {
			t.Fatal(v)
		}
	})
}

func TestServedBy(t *testing.T) {
	for header, want := range map[string]int{
		`queue;dur=0.1, process;desc="1234"`: 1234, "process;desc=7": 7, "": 0, "process": 0, `process;desc="-3"`: 0, "queue;desc=5": 0,
	} {
		if got := servedBy(header); got != want {
			t.Errorf("%s: %d", header, got)
		}
	}
}
