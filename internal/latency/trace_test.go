package latency

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMeanOfMaxOfStepsAgainstEnumeration: of traces the expected maximum is a sum
// over all pairs.
func TestMeanOfMaxOfStepsAgainstEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Second)), 1, 12).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Second)), 1, 12).Draw(t, "b")
		one, both := 0.0, 0.0
		for _, x := range a {
			one += float64(x) / float64(len(a))
			for _, y := range b {
				both += float64(max(x, y)) / float64(len(a)*len(b))
			}
		}
		da, db := traceOf(a), traceOf(b)
		if got := Mean(da); math.Abs(float64(got)-one) > 1e-6*one+2 {
			t.Fatalf("mean of %v: %v, want %v", a, got, time.Duration(one))
		}
		if got := MeanOfMax(da, db); math.Abs(float64(got)-both) > 1e-6*both+2 {
			t.Fatalf("max of %v and %v: %v, want %v", a, b, got, time.Duration(both))
		}
	})
}

func traceOf(ns []int64) Dist {
	samples := make([]time.Duration, len(ns))
	for i, n := range ns {
		samples[i] = time.Duration(n)
	}
	slices.Sort(samples)
	return trace{samples}
}

// TestMeanOfATable: trapezoids between the points, rectangles beyond them.
func TestMeanOfATable(t *testing.T) {
	d := percentiles{[]point{{0.1, 10 * ms}, {0.5, 50 * ms}, {0.5001, 200 * ms}, {0.9, 200 * ms}, {0.99, 400 * ms}}}
	want := 0.1*10 + 0.4*30 + 0.0001*125 + 0.3999*200 + 0.09*300 + 0.01*400
	near(t, "table", Mean(d), want*float64(ms), 1e-5)
	// With a constant c inside: E max = c F(c) + the part of the table above c.
	above := 0.0001*125 + 0.3999*200 + 0.09*300 + 0.01*400
	near(t, "table and constant", MeanOfMax(d, constant{50 * ms}), (50*0.5+above)*float64(ms), 1e-5)
}

func TestMeanOfMaxOfKinkedAgainstDraws(t *testing.T) {
	table := percentiles{[]point{{0, 20 * ms}, {0.5, 65 * ms}, {0.99, 400 * ms}, {1, 2000 * ms}}}
	ds := []Quantiler{table, trace{[]time.Duration{10 * ms, 90 * ms, 90 * ms, 300 * ms}}, exponential{45 * ms}}
	names, sum := []string{"email", "sms", "push"}, 0.0
	for k := range uint64(400_000) {
		longest := time.Duration(0)
		for i, d := range ds {
			longest = max(longest, d.Quantile(Draw(1, k, names[i], 1)))
		}
		sum += float64(longest) / 400_000
	}
	near(t, "mean of draws", MeanOfMax(ds...), sum, 5e-3)
}

func TestReadTrace(t *testing.T) {
	d, faults := ReadTrace(strings.NewReader("# measured in May\n30ms\n\n  10ms # the cache\n20ms\n20ms\n"))
	if faults != nil || d.String() != "{trace: [10ms, 20ms x2, 30ms]}" {
		t.Errorf("%v, %v", d, faults)
	}
	long := strings.Repeat("1ms\n", MaxSamples)
	if d, faults := ReadTrace(strings.NewReader(long)); faults != nil || d.String() != "{trace: [1ms x20000]}" {
		t.Errorf("%v", faults)
	}
	for text, want := range map[string][]TraceFault{
		"12ms\n\n  fast # x\n-3ms\n": {{3, 3, `"fast" is not a duration`, "write a duration such as 12ms"},
			{4, 1, "-3ms is negative", "write a duration such as 12ms"}},
		"12\n":                              {{1, 1, `"12" is not a duration`, "write a duration such as 12ms"}},
		"# nothing\n":                       {{0, 0, "no sample in it", "write one duration a line, such as 12ms"}},
		long + "#\n2ms":                     {{MaxSamples + 2, 1, "more than 20000 samples", "keep every so-many-th of them"}},
		"1ms\n" + strings.Repeat(" ", 2000): {{2, 1, "a line of more than 1024 bytes", "write one duration a line"}},
	} {
		if _, got := ReadTrace(strings.NewReader(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%.40q:\n got %+v\nwant %+v", text, got, want)
		}
	}
	if _, got := ReadTrace(strings.NewReader(strings.Repeat("x\n", 50))); len(got) != maxTraceFaults {
		t.Errorf("%d faults", len(got))
	}
}

func TestALongTraceIsReadBackAndShownInBrief(t *testing.T) {
	samples := make([]time.Duration, MaxSamples)
	for i := range samples {
		samples[i] = 59*time.Minute + time.Duration(i)*time.Microsecond + 123*time.Nanosecond
	}
	d := trace{samples}
	back, err := Parse(d.String())
	if err != nil || !reflect.DeepEqual(back, d) {
		t.Fatalf("%d bytes: %v", len(d.String()), err)
	}
	want := fmt.Sprintf("trace of 20000 samples, %v to %v, median %v", samples[0], samples[MaxSamples-1], samples[MaxSamples/2])
	if got := Brief(d.String()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Brief("{trace: [1ms]}"); got != "{trace: [1ms]}" {
		t.Errorf("got %q", got)
	}
}

func FuzzReadTrace(f *testing.F) {
	f.Add("12ms\n# comment\n\n3s\n")
	f.Add("fast\n1ms x3\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, faults := ReadTrace(strings.NewReader(text))
		if (d == nil) == (faults == nil) {
			t.Fatalf("%q: %v and %v", text, d, faults)
		}
		if d == nil {
			return
		}
		if back, err := Parse(d.String()); err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%q: Parse(%q) = %v, %v", text, d, back, err)
		}
	})
}

// BenchmarkMeanOfMaxOfLongTraces is the dearest a ceiling can be.
func BenchmarkMeanOfMaxOfLongTraces(b *testing.B) {
	samples := make([]time.Duration, MaxSamples)
	for i := range samples {
		samples[i] = time.Duration(i) * time.Microsecond
	}
	for b.Loop() {
		MeanOfMax(trace{samples}, trace{samples}, trace{samples})
	}
}
