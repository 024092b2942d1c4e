package metric

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

func sumOf(p *Parts) (sum float64) {
	for _, part := range p.List() {
		sum += part.NS
	}
	return sum
}

func drawTimed(t *rapid.T) record.Request {
	latency := time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "latency"))
	queue := time.Duration(rapid.Int64Range(0, int64(latency)).Draw(t, "queue"))
	q := at(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "sent")), latency,
		rapid.SampledFrom(record.Outcomes()).Draw(t, "outcome"))
	q.Queue, q.Timed = queue, true
	q.Providers = time.Duration(rapid.Int64Range(0, int64(latency-queue)).Draw(t, "providers"))
	return q
}

// The parts add up to the mean response time, which is the mean service time in a
// closed loop, whoever knows them; and of n answers the slowest n/100 are taken
// apart, in whatever order they came.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := rapid.Bool().Draw(t, "open")
		untimed := rapid.Bool().Draw(t, "untimed")
		few := rapid.SliceOfN(rapid.Custom(drawTimed), 1, 20).Draw(t, "requests")
		requests := slices.Repeat(few, rapid.IntRange(1, 150).Draw(t, "times"))
		var responses []float64
		for i := range requests {
			q := &requests[i]
			q.Latency += time.Duration(i) // no two alike
			if open {
				q.Lag = time.Duration(i * 10)
			}
			q.Timed = !untimed || i != len(requests)/2
			if q.Outcome.Answered() {
				responses = append(responses, float64(q.Response()))
			}
		}
		slices.Sort(responses)
		d := &dissection{open: open, slowest: slowest{room: len(responses) / 100}}
		for _, i := range rapid.Permutation(slices.Collect(indices(requests))).Draw(t, "order") {
			d.add(&requests[i], 0)
		}
		a := anatomyOf(d)
		check := func(name string, p *Parts, of []float64) {
			if p == nil {
				return
			}
			want := average(of)
			if p.Requests != len(of) || !near(p.Total, want) || !near(sumOf(p), want) {
				t.Fatalf("%s of %d: %+v add up to %v, want %v", name, len(of), p, sumOf(p), want)
			}
			if (p.Lag != nil) != open || (p.Queue != nil) != (a.Known == KnownServer) {
				t.Fatalf("%s has parts that nobody knows, or lacks some: %+v", name, p)
			}
		}
		if a.Answered != len(responses) || (a.Mean == nil) != (len(responses) == 0) {
			t.Fatalf("%d answers: %+v", len(responses), a)
		}
		check("mean", a.Mean, responses)
		n := len(responses) / 100
		if (a.Slowest != nil) != (n >= 10) {
			t.Fatalf("slowest of %d: %+v", len(responses), a.Slowest)
		}
		check("slowest", a.Slowest, responses[len(responses)-n:])
	})
}

func indices(requests []record.Request) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range requests {
			if !yield(i) {
				return
			}
		}
	}
}

func average(of []float64) (m float64) {
	for _, v := range of {
		m += v / float64(len(of))
	}
	return m
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

// A row of several trials has as many requests as its cells, and their mean.
func TestAnatomyOfTrialsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cells []*dissection
		var all []float64
		for range rapid.IntRange(1, 4).Draw(t, "trials") {
			d := &dissection{}
			for _, q := range rapid.SliceOf(rapid.Custom(drawTimed)).Draw(t, "requests") {
				if d.add(&q, 0); q.Outcome.Answered() {
					all = append(all, float64(q.Latency))
				}
			}
			cells = append(cells, d)
		}
		a := anatomyOf(cells...)
		if a.Answered != len(all) || len(all) > 0 && !near(sumOf(a.Mean), average(all)) {
			t.Fatalf("%+v of %d requests with mean %v", a, len(all), average(all))
		}
	})
}

// A server that claims more time than there was, or does not say, is taken for one
// that says nothing; the plan of its providers is known all the same.
func TestFromOutside(t *testing.T) {
	const planned = 200 * time.Millisecond
	d := newDissection(&record.Cell{}, &record.Load{})
	good := at(0, 210*time.Millisecond, record.OutcomeOK)
	good.Timed, good.Providers = true, 205*time.Millisecond
	d.add(&good, planned)
	if a := anatomyOf(d); a.Known != KnownServer || a.Why != "" || a.Mean.Providers != 205e6 {
		t.Errorf("%+v %+v", a, a.Mean)
	}
	boast := good
	boast.Queue = 6 * time.Millisecond
	d.add(&boast, planned)
	a := anatomyOf(d)
	if a.Known != KnownOutside || !strings.HasPrefix(a.Why, "1 of 2 answers") || a.Mean.Queue != nil ||
		a.Mean.Providers != 200e6 || a.Mean.Words() != "providers 200.0 · server and rest 10.0 ms" {
		t.Errorf("%+v %s", a, a.Mean.Words())
	}
	shed := at(0, time.Millisecond, record.OutcomeShed)
	d = newDissection(&record.Cell{}, &record.Load{})
	d.add(&shed, planned)
	if a := anatomyOf(d); a.Mean.Providers != 0 || a.Mean.Rest != 1e6 {
		t.Errorf("refused at once, and waited for its providers: %+v", a.Mean)
	}
	if a := anatomyOf(&dissection{}); a.Known != "" || a.Why == "" || a.Mean != nil {
		t.Errorf("of nothing: %+v", a)
	}
}

func TestMillisLosesNoSmallPart(t *testing.T) {
	for ns, want := range map[float64]string{0: "0", 12e3: "0.012", 99e3: "0.099", 99.8e3: "0.10", 150e3: "0.15", 1.234e6: "1.23",
		9.994e6: "9.99", 9.996e6: "10.0", 350.26e6: "350.3", 12345.6e6: "12,345.6", 200: "<0.001", -200: ">-0.001",
		-12e6: "-12.0"} {
		if got := Millis(ns); got != want {
			t.Errorf("%v ns: %q, want %q", ns, got, want)
		}
	}
}
