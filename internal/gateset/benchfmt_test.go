package gateset

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"github.com/notifybench/notifybench/internal/metric"
)

// Every valid block of the example is read back by the format's own reader, once per arm
// and load, with the value of every metric it has.
func TestBenchmarksReadBack(t *testing.T) {
	s := example()
	r := benchfmt.NewReader(bytes.NewReader(render(t, s, "benchfmt", Options{})), "gate.bench.txt")
	values := map[string]int{}
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Fatal(rec)
		case *benchfmt.Result:
			values[rec.GetConfig("arm")] += len(rec.Values)
			if rec.GetConfig("blocks") == "" || !strings.HasPrefix(rec.Name.String(), "Gate/server=") {
				t.Errorf("%s %v", rec.Name, rec.Config)
			}
		}
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, sv := range s.Servers {
		for _, b := range sv.Blocks {
			if b.Invalid == "" {
				want += len(b.Values)
			}
		}
	}
	if len(values) != 2 || values["base"] != want || values["candidate"] != want {
		t.Errorf("%v values of each arm, want %d", values, want)
	}
}

// Units scale as the format's own rules say: times to seconds, sizes by 1024.
func TestUnitsScale(t *testing.T) {
	for id, want := range map[string]string{metric.CPUPerRequest: "CPU-sec/req", metric.P50: "p50-sec", metric.PeakPSS: "peak-PSS-bytes",
		metric.Achieved: "achieved-req/s", "of a/later": "of_a_later"} {
		if _, got := benchunit.Tidy(1, unitOf(id)); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
		if class := benchunit.ClassOf(unitOf(id)); (class == benchunit.Binary) != (id == metric.PeakPSS) {
			t.Errorf("%s: %v", id, class)
		}
	}
	for _, m := range metric.All() {
		if unit := unitOf(m.ID); strings.ContainsAny(unit, " \t") {
			t.Errorf("%q is no unit", unit)
		}
	}
}
