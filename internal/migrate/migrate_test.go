package migrate

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

func TestMoreIsNeededForMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := planOf("c25", "c100", "c400")
		from := rapid.Float64Range(1, 1e5).Draw(t, "rate")
		plan.Rates = []float64{from, from * rapid.Float64Range(1.001, 100).Draw(t, "times")}
		table := newWorld(plan, []float64{25, 100, 400}, drawRow(t, "a")).table()
		less, more := table.Rates[0].Needs[0], table.Rates[1].Needs[0]
		if less.Why != "" {
			t.Fatal(less.Why)
		}
		perHour := func(n *Need, rate float64) float64 { return n.Cost.V * rate }
		const slack = 1 + 1e-9
		if less.Instances.V > more.Instances.V || less.VCPU.V > more.VCPU.V*slack || less.Memory.V > more.Memory.V*slack ||
			perHour(&less, plan.Rates[0]) > perHour(&more, plan.Rates[1])*slack {
			t.Fatalf("at %v: %+v\nat %v: %+v", plan.Rates[0], less, plan.Rates[1], more)
		}
		for _, n := range []Need{less, more} {
			for name, f := range map[string]Figure{"instances": n.Instances, "vCPU": n.VCPU, "memory": n.Memory,
				"cost": n.Cost, "whole": n.CostWhole} {
				if !holds(f) || f.Interval == nil {
					t.Fatalf("%s: %+v", name, f)
				}
			}
			if n.Instances.V < 1 || n.Instances.V != math.Trunc(n.Instances.V) || n.CostWhole.V < n.Cost.V*(1-1e-9) {
				t.Fatalf("%+v", n)
			}
		}
	})
}

// The longer a notification waits, the more of them are held: more memory, and more
// workers.
func TestMoreIsNeededForLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		short := linear("a", rapid.Float64Range(20e-6, 3e-3).Draw(t, "cost"), 1e7, 1e5)
		short.workers = float64(rapid.SampledFrom([]int{0, 4, 64}).Draw(t, "workers"))
		long := short
		long.wait *= rapid.Float64Range(1, 50).Draw(t, "times")
		a := newWorld(planOf("c100"), []float64{100}, short).table()
		b := newWorld(planOf("c100"), []float64{100}, long).table()
		for i := range a.Rates {
			x, y := a.Rates[i].Needs[0], b.Rates[i].Needs[0]
			if x.Instances.V > y.Instances.V || x.Memory.V > y.Memory.V*(1+1e-9) || x.Cost.V > y.Cost.V*(1+1e-9) {
				t.Fatalf("at %v: %+v\nlonger: %+v", a.Rates[i].Rate, x, y)
			}
		}
	})
}

// Prices in cents cost a hundred times as much, and change nothing else.
func TestPriceScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, by := drawRow(t, "a"), rapid.Float64Range(0.01, 1000).Draw(t, "by")
		plan, dear := planOf("c25", "c100", "c400"), planOf("c25", "c100", "c400")
		dear.Price.VCPUHour *= by
		dear.Price.GBHour *= by
		a, b := newWorld(plan, []float64{25, 100, 400}, r).table(), newWorld(dear, []float64{25, 100, 400}, r).table()
		for i := range a.Rates {
			x, y := a.Rates[i].Needs[0], b.Rates[i].Needs[0]
			if math.Abs(y.Cost.V-by*x.Cost.V) > 1e-9*y.Cost.V || x.Instances.V != y.Instances.V || x.Memory.V != y.Memory.V ||
				math.Abs(x.MemoryShare-y.MemoryShare) > 1e-9 {
				t.Fatalf("%v times: %+v and %+v", by, x, y)
			}
		}
	})
}

// A blocking row beyond what its workers hold takes as many as hold it, each busy to the
// planned share at most.
func TestWorkersDecide(t *testing.T) {
	r := linear("pool", 300e-6, 17e6, 60e3)
	r.workers, r.wait = 64, 0.35
	plan := planOf("c100")
	one := 64 / 0.35 * 0.6
	plan.Rates = []float64{one, one + 1, 10000}
	table := newWorld(plan, []float64{100}, r).table()
	for i, want := range []struct {
		n       float64
		decides string
	}{{1, DecidesOne}, {2, "workers"}, {92, "workers"}} {
		got := table.Rates[i].Needs[0]
		if got.Instances.V != want.n || got.Decides != want.decides {
			t.Errorf("at %v: %v instances, %s decides; want %v", plan.Rates[i], got.Instances.V, got.Decides, want)
		}
	}
	// 10,000/s × 0.35 s = 3,500 in flight; 300 µs of CPU each at 60%.
	n := table.Rates[2].Needs[0]
	if math.Abs(n.InFlight-3500) > 1e-6 || math.Abs(n.VCPU.V-5) > 1e-9 || math.Abs(n.Memory.V-(92*17e6+3500*60e3)) > 1 {
		t.Errorf("%+v", n)
	}
}

func TestCPUDecides(t *testing.T) {
	table := newWorld(planOf("c100"), []float64{100}, linear("a", 300e-6, 17e6, 60e3)).table()
	if n := table.Rates[2].Needs[0]; n.Instances.V != 5 || n.Decides != DecidesCPU {
		t.Errorf("%+v", n)
	}
	w := newWorld(planOf("c100"), []float64{100}, linear("a", 300e-6, 17e6, 60e3))
	w.run.Cores.Server = []int{0, 1}
	if n := w.table().Rates[2].Needs[0]; n.Instances.V != 3 {
		t.Errorf("on two cores: %+v", n)
	}
	w.run.Subjects[0].Language = "python" // one event loop uses one of them
	if n := w.table().Rates[2].Needs[0]; n.Instances.V != 5 {
		t.Errorf("one event loop: %+v", n)
	}
}

// What is exactly linear is predicted exactly, from whichever loads and with any number
// of processes.
func TestLinearIsPredictedExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost, idle := rapid.Float64Range(20e-6, 3e-3).Draw(t, "cost"), math.Round(rapid.Float64Range(1e6, 1e8).Draw(t, "idle"))
		each := rapid.Float64Range(1e3, 5e5).Draw(t, "each")
		one := linear("one", cost, idle, each)
		two := linear("two", cost, 2*idle, each)
		two.processes = 2
		plan := planOf("c25", "c100", "c400")
		plan.Predict = []record.Prediction{
			{Row: "one", Load: "c400", From: "one", At: []string{"c100"}},
			{Row: "one", Load: "c400", From: "one", At: []string{"c25", "c100"}},
			{Row: "two", Load: "c400", From: "one", At: []string{"c400"}},
		}
		table := newWorld(plan, []float64{25, 100, 400}, one, two).table()
		for _, c := range table.Checks {
			if c.Why != "" || c.Failed() || len(c.Parts) != 2 {
				t.Fatalf("%+v", c)
			}
			for _, o := range c.Parts {
				if math.Abs(o.Off) > 1e-6 {
					t.Fatalf("%s of %s is off by %v", o.Name, c.Row, o.Off)
				}
			}
		}
		if table.Verdict() != "" || len(table.Doubted()) > 0 {
			t.Fatal(table.Verdict())
		}
	})
}

// A power law is found again from two loads.
func TestTrendIsPredicted(t *testing.T) {
	r := linear("a", 0, 1e7, 1e5)
	r.cost = func(rate float64) float64 { return 400e-6 * math.Pow(rate/500, -0.3) }
	plan := planOf("c100")
	plan.Predict = []record.Prediction{
		{Row: "a", Load: "c400", From: "a", At: []string{"c25", "c100"}},
		{Row: "a", Load: "c400", From: "a", At: []string{"c100"}},
	}
	table := newWorld(plan, []float64{25, 100, 400}, r).table()
	if o := table.Checks[0].Parts[0]; math.Abs(o.Off) > 1e-9 {
		t.Errorf("from two loads: %+v", o)
	}
	if c := table.Checks[1]; !c.Failed() || c.Parts[0].Met() || !c.Parts[1].Met() {
		t.Errorf("a constant cost is no good: %+v", c)
	}
	if n := table.Rates[0].Needs[0]; !n.Doubted {
		t.Error("the row is not marked")
	}
	if v := table.Verdict(); !strings.HasPrefix(v, "EXTRAPOLATION NOT CONFIRMED for CPU/req of a under c400") {
		t.Error(v)
	}
}

// Outside of what was measured the interval reaches from the trend to the nearest load.
func TestOutsideIsBounded(t *testing.T) {
	r := linear("a", 0, 1e7, 1e5)
	r.cost = func(rate float64) float64 { return 400e-6 * math.Pow(rate/500, -0.3) }
	w := newWorld(planOf("c25", "c100"), []float64{25, 100}, r)
	m, why := modelOf(&w.run, &w.sum, &w.run.Subjects[0], []string{"c25", "c100"})
	if why != "" {
		t.Fatal(why)
	}
	f := m.cost.figure(2000)
	if math.Abs(f.Interval.Lo-r.cost(2000)) > 1e-9 || math.Abs(f.Interval.Hi-r.cost(500)) > 1e-9 {
		t.Errorf("%+v", f)
	}
}

func TestAbsenceIsSaid(t *testing.T) {
	w := newWorld(planOf("c100"), []float64{100}, linear("a", 300e-6, 17e6, 60e3))
	w.run.Subjects = append(w.run.Subjects, record.Subject{ID: "flask"})
	w.sum.Rows = append(w.sum.Rows, metric.Row{Subject: "flask", Load: "c100", State: metric.Missing, Why: "not installed: make python"})
	w.run.Scenario.Migrate.Predict = []record.Prediction{{Row: "flask", Load: "c100", From: "a", At: []string{"c100"}}, {Row: "gone", From: "a"}}
	table := w.table()
	if n := table.Rates[0].Needs[1]; n.Why != "not installed: make python" || n.Cost.V != 0 {
		t.Errorf("%+v", n)
	}
	if table.Checks[0].Why == "" || table.Checks[1].Why != "not part of this run" || table.Checks[0].Failed() {
		t.Errorf("%+v", table.Checks)
	}
	if v := table.Verdict(); !strings.HasPrefix(v, "EXTRAPOLATION NOT TESTED for flask under c100") {
		t.Error(v)
	}
	if Of(&record.Run{}, &metric.Summary{}) != nil {
		t.Error("a table that nobody asked for")
	}
}

// The break-even: workers and cores give out together where a wait is as long as all
// workers need to keep the cores busy.
func TestAnswerKnowsTheBreak(t *testing.T) {
	pool := linear("pool", 300e-6, 17e6, 60e3)
	pool.workers, pool.wait = 64, 0.35
	table := newWorld(planOf("c100"), []float64{100}, pool, linear("async", 280e-6, 17e6, 120e3), linear("dear", 900e-6, 17e6, 120e3)).table()
	if len(table.Answers) != 1 {
		t.Fatalf("%+v", table.Answers)
	}
	a := table.Answers[0]
	if a.From != "pool" || a.To != "async" || math.Abs(a.Break.V-64*300e-6) > 1e-9 || a.Waits != 0.35 {
		t.Errorf("%+v", a)
	}
	if a.Pays(whole) == 0 || a.Gains[2].Whole.V < 10 {
		t.Errorf("92 cores against 5: %+v", a.Gains[2])
	}
	text := strings.Join(a.Words(table), " ")
	for _, want := range []string{"by pool cost", "what they cost by async", "times at 10,000/s", "more than 19 ms; here it is 350 ms"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in: %s", want, text)
		}
	}
}

// A load whose requests all outlast its window still has a cost: how long they wait is
// known from another.
func TestAQueueLongerThanTheWindow(t *testing.T) {
	pool := linear("pool", 300e-6, 17e6, 60e3)
	pool.workers, pool.wait = 64, 0.35
	w := newWorld(planOf("c25", "c400"), []float64{25, 400}, pool)
	want := w.table().Rates[2].Needs[0]
	w.sum.Rows[1].Anatomy.Mean = nil
	if got := w.table().Rates[2].Needs[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.sum.Rows[0].Anatomy.Mean = nil
	if got := w.table().Rates[2].Needs[0]; got.Why != "how long it waits for its providers is not known" {
		t.Errorf("got %+v", got)
	}
}

func TestDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.00314: "0.0031", 9.96: "10", 99.6: "100", 1234: "1,200", 0.0996: "0.10", 1: "1.0", 45: "45"} {
		if got := Digits(v, 2); got != want {
			t.Errorf("%v prints %s, want %s", v, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-6, 1e9).Draw(t, "v")
		var back float64
		if _, err := fmt.Sscan(strings.ReplaceAll(Digits(v, 2), ",", ""), &back); err != nil || math.Abs(back/v-1) > 0.0501 {
			t.Fatalf("%v prints %s", v, Digits(v, 2))
		}
	})
}
