package gatetest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/stats"
)

var update = flag.Bool("update", false, "write what was rendered into testdata")

func ptr[T any](v T) *T { return &v }

func rate(share, lo, hi float64) Rate { return Rate{share, stats.Interval{Lo: lo, Hi: hi}} }

// sampleResult has a row of every kind.
func sampleResult() *Result {
	work := Injection{Work, CPU, 0.05}
	spread := func(median, p90, most float64) *Spread {
		return &Spread{median, stats.Interval{Lo: median - 1, Hi: median + 1}, p90, most}
	}
	h := header(policy())
	h.Machine = "2 × some_CPU | <shared>"
	return &Result{
		Header: h, Policy: policy(), Draws: DefaultDraws(), Measured: 252, Missing: 3,
		Rows: []Row{
			{
				Injection: Injection{Kind: None}, Blocks: 204, Rejected: 4,
				Rates: &Rates{
					Red: rate(0.0012, 0.0004, 0.0061), Inconclusive: rate(0.0821, 0.0514, 0.1302), Invalid: rate(0, 0, 0.0004),
					Pass: rate(0.9167, 0.88, 0.95), Improved: rate(0.004, 0.001, 0.01),
				},
				Needed: spread(8, 16, 24), Took: spread(99, 201, 310), Passed: spread(97, 180, 305),
				Metrics: []MetricShown{{Metric: CPU, Change: ptr(0.0004), Difference: ptr(80.0), Red: rate(0.0012, 0, 0.006)}},
			},
			{
				Injection: work, Blocks: 48, Setting: "work=12.5µs", Asked: ptr(12_500.0),
				Rates: &Rates{
					Red: rate(0.84, 0.61, 0.95), Found: ptr(rate(0.83, 0.6, 0.94)), Inconclusive: rate(0.16, 0.05, 0.39),
					Invalid: rate(0, 0, 0.0004), Pass: rate(0, 0, 0.0004), Improved: rate(0, 0, 0.0004),
				},
				Needed: spread(24, 32, 34), Took: spread(301, 402, 420),
				Metrics: []MetricShown{
					{Metric: CPU, Change: ptr(0.0482), Difference: ptr(12_040.0), Red: rate(0.83, 0.6, 0.94), Alone: ptr(rate(0.85, 0.62, 0.95))},
					{Metric: Throughput, Change: ptr(0.039), Difference: ptr(-180.0), Red: rate(0.1, 0.05, 0.2), Alone: ptr(rate(0.2, 0.1, 0.3))},
				},
			},
			{Injection: Injection{Hold, Median, 0.1}, Blocks: 3, Why: "3 blocks, fewer than 8: nothing is said"},
			{Injection: Injection{Fail, "", 0.02}, Why: "not measured"},
		},
		Targets: []Target{
			{Name: "A/A called worse", Of: "nothing (A/A)", Limit: 0.01, Value: ptr(0.0012), Interval: &stats.Interval{Lo: 0.0004, Hi: 0.0061}, Verdict: Yes},
			{Name: "+5% CPU per request found", Of: work.String(), Limit: 0.9, AtLeast: true, Value: ptr(0.85), Interval: &stats.Interval{Lo: 0.62, Hi: 0.95},
				Verdict: NotKnown, Notes: []string{"cpu_per_request really was 4.8% worse", "48 real blocks say no more: measure more of them"}},
			{Name: "+10% median latency found", Of: "hold +10% added_p50", Limit: 0.95, AtLeast: true, Verdict: NotKnown, Notes: []string{"3 blocks, fewer than 8: nothing is said"}},
			{Name: "median time of a pass", Of: "nothing (A/A)", Limit: 90, Seconds: true, Value: ptr(97.0), Interval: &stats.Interval{Lo: 96, Hi: 98}, Verdict: No,
				Notes: []string{"half of the gates are over after 8 blocks, 90% after 16"}},
		},
		Power: []Power{
			{Kind: Work, Metric: CPU, Points: []Point{{0.0482, rate(0.85, 0.62, 0.95)}, {0.098, rate(1, 0.99, 1)}}, Found90: ptr(0.065)},
			{Kind: Work, Metric: Throughput, Points: []Point{{0.039, rate(0.2, 0.1, 0.3)}}},
		},
		Noise: []Noise{
			{Metric: CPU, Blocks: 200, Base: 250e3, SD: 0.021, Robust: 0.015, Winsorized: 0.014, Bias: 0.0004, Interval: stats.Interval{Lo: -0.0025, Hi: 0.0033}, Autocorrelation: 0.03, Independent: 0.14},
			{Metric: Memory, Blocks: 200, Base: 22e6, SD: 0.011, Robust: 0.01, Winsorized: 0.009, Bias: 0.003, Interval: stats.Interval{Lo: 0.001, Hi: 0.005}, Autocorrelation: -0.31, Independent: 0.14},
		},
		Gates: []GateRow{
			{Injection: Injection{Kind: None}, Gates: 10, Unfinished: 1, Red: rate(0, 0, 0.308), Inconclusive: rate(0.1, 0.003, 0.445), Invalid: rate(0, 0, 0.308), Pass: rate(0.9, 0.555, 0.997),
				Took: spread(98, 180, 180), Needed: spread(8, 16, 16), Expected: ptr(0.0012), Agrees: true},
			{Injection: work, Gates: 4, Red: rate(0.25, 0.006, 0.806), Found: rate(0.25, 0.006, 0.806), Inconclusive: rate(0.75, 0.194, 0.994), Invalid: rate(0, 0, 0.602), Pass: rate(0, 0, 0.602),
				Took: spread(300, 400, 400), Needed: spread(24, 32, 32), Expected: ptr(0.84)},
		},
	}
}

// TestFormats compares every format with a golden file (make golden writes them).
func TestFormats(t *testing.T) {
	for _, f := range Formats() {
		var out bytes.Buffer
		if err := f.Write(&out, sampleResult()); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", f.Name+".golden")
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (go test -update writes it)", err)
		}
		if !bytes.Equal(want, out.Bytes()) {
			t.Errorf("%s:\n got\n%s\nwant\n%s", path, out.Bytes(), want)
		}
	}
}

// TestNothingMeasured: of an empty file every format says so, and nothing is a number.
func TestNothingMeasured(t *testing.T) {
	p := Default(policy())
	r := analyse(t, of(p.Policy), p)
	for _, f := range Formats() {
		var out bytes.Buffer
		if err := f.Write(&out, r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "not measured") || strings.Contains(out.String(), "NaN") {
			t.Errorf("%s:\n%s", f.Name, out.String())
		}
	}
}

// TestJSONReadsBack: programs get what there is.
func TestJSONReadsBack(t *testing.T) {
	var first, again bytes.Buffer
	if err := writeJSON(&first, sampleResult()); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal(first.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if err := writeJSON(&again, &r); err != nil {
		t.Fatal(err)
	}
	if first.String() != again.String() {
		t.Error(again.String())
	}
}
