package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// drawn is a record with rows of any figures; everything else is the same in all of them.
func drawn(t *rapid.T, name string) side {
	run := &record.Run{ID: name, Tool: "v1", Status: record.StatusComplete, Scenario: record.Scenario{Name: "s", Hash: "aaaa"},
		Environment: record.Environment{OS: "linux", Cores: 2, RoundsPerMS: 1000},
		Loads:       []record.Load{{Name: "c8", Kind: "closed"}, {Name: "max", Kind: record.CapacityKind}}}
	s := side{run: run}
	labels := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"one", "two", "three"}), 1, 3, rapid.ID).Draw(t, name)
	for _, load := range run.Loads {
		for _, label := range labels {
			s.rows = append(s.rows, drawnRow(t, label, load.Name))
		}
	}
	for _, label := range labels {
		run.Subjects = append(run.Subjects, record.Subject{ID: label, Server: "goroutine", Language: "go"})
	}
	return s
}

func drawnRow(t *rapid.T, label, load string) metric.Row {
	row := metric.Row{Subject: label, Load: load, State: metric.Measured, Valid: rapid.IntRange(4, 9).Draw(t, "trials"),
		Values: map[string]metric.Spread{}, Bound: metric.Bound{Kind: rapid.SampledFrom([]string{metric.BoundRate, metric.BoundCPU}).Draw(t, "bound")}}
	if rapid.IntRange(0, 9).Draw(t, "state") == 0 {
		row.State, row.Why = metric.AllInvalid, "drift"
	}
	for _, id := range Metrics() {
		s := metric.Spread{Trials: map[int]float64{}}
		var list []float64
		for trial := 1; trial <= row.Valid; trial++ {
			v := rapid.SampledFrom([]float64{0, 1, 1.01, 1.02, 2, 2.2, 70}).Draw(t, "v")
			if id != metric.Errors {
				v++
			}
			s.Trials[trial] = v
			list = append(list, v)
		}
		s.Median.V, s.Median.OK = stats.Median(list)
		row.Values[id] = s
	}
	return row
}

// The runs swapped, every ratio is its inverse, what was better is worse, and what is
// said of a is said of b.
func TestSwappingInverts(t *testing.T) {
	opposite := map[Word]Word{"": "", NotToldApart: NotToldApart, IsBetter: IsWorse, IsWorse: IsBetter, IsMore: IsLess, IsLess: IsMore}
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) }
	inverse := func(a, b *stats.TwoSample, by func(x, y float64) bool) bool {
		return (a == nil) == (b == nil) && (a == nil ||
			by(a.Estimate, b.Estimate) && by(a.Interval.Lo, b.Interval.Hi) && by(a.Interval.Hi, b.Interval.Lo))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn(t, "a"), drawn(t, "b")
		ab, ba := compare(a, b), compare(b, a)
		if ab.Apart != ba.Apart || ab.Compared != ba.Compared || len(ab.Pairs) != len(ba.Pairs) {
			t.Fatalf("%+v\n%+v", ab, ba)
		}
		if !slices.Equal(ab.OnlyA, ba.OnlyB) || !slices.Equal(ab.OnlyB, ba.OnlyA) {
			t.Fatalf("only in one: %v %v, swapped %v %v", ab.OnlyA, ab.OnlyB, ba.OnlyA, ba.OnlyB)
		}
		for i := range ab.Pairs {
			p := &ab.Pairs[i]
			q := &ba.Pairs[slices.IndexFunc(ba.Pairs, func(q Pair) bool { return q.Subject == p.Subject && q.Load == p.Load })]
			if len(p.Figures) != len(q.Figures) || len(p.Refused) != len(q.Refused) {
				t.Fatalf("%+v\n%+v", p, q)
			}
			for j, f := range p.Figures {
				g := q.Figures[j]
				if f.Said != opposite[g.Said] || (f.Why == "") != (g.Why == "") ||
					!inverse(f.Ratio, g.Ratio, func(x, y float64) bool { return near(x*y, 1) }) ||
					!inverse(f.Shift, g.Shift, func(x, y float64) bool { return near(x, -y) }) {
					t.Fatalf("%+v\n%+v", f, g)
				}
			}
		}
	})
}

// A record and itself: nothing is told apart, no difference is named, nobody is alone.
func TestARecordIsLikeItself(t *testing.T) {
	alike := func(r *Report) string {
		bad := ""
		for _, p := range r.Pairs {
			if p.Differences != nil {
				bad += fmt.Sprintf("%s: %+v\n", p.Subject, p.Differences)
			}
			for _, f := range p.Figures {
				if f.Said != "" && f.Said != NotToldApart || f.Ratio != nil && f.Ratio.Estimate != 1 || f.Shift != nil && f.Shift.Estimate != 0 {
					bad += fmt.Sprintf("%s %+v\n", p.Subject, f)
				}
			}
		}
		if r.Apart > 0 || r.Differences != nil || r.Refused != nil || r.Scenario != nil || r.OnlyA != nil || r.OnlyB != nil {
			bad += fmt.Sprintf("%+v", r)
		}
		return bad
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t, "a")
		if bad := alike(compare(s, s)); bad != "" {
			t.Fatal(bad)
		}
	})
	r, err := Of(first(), first())
	if err != nil {
		t.Fatal(err)
	}
	if bad := alike(r); bad != "" || r.Compared == 0 {
		t.Errorf("%d compared: %s", r.Compared, bad)
	}
}

// What is not alike is refused, and says why; what differs otherwise is only named.
func TestWhatIsRefused(t *testing.T) {
	for want, change := range map[string]func(*record.Run){
		"another scenario: scenario  aaaa against  bbbb":                        func(r *record.Run) { r.Scenario.Hash = "bbbb" },
		"a short run against a full one: length a full run against a short run": func(r *record.Run) { r.Scenario.Short = true },
		"another machine: CPU x against y":                                      func(r *record.Run) { r.Environment.CPU = "y" },
		"another machine: cores 2 against 4":                                    func(r *record.Run) { r.Environment.Cores = 4 },
		"another machine: machine no hypervisor seen against virtual":           func(r *record.Run) { r.Environment.Hypervisor = true },
		"another machine: CPU quota of the cgroup not known against 1.5 cores":  func(r *record.Run) { r.Environment.CPUQuota = 1.5 },
		"other cores of it: cores of the server 1 against none":                 func(r *record.Run) { r.Cores.Server = nil },
		"": func(r *record.Run) {
			r.Tool, r.Status, r.Environment.Kernel, r.Environment.Go = "v2", record.StatusInterrupted, "6.8.0", "go1.27"
			r.Environment.Governor, r.Environment.RoundsPerMS, r.Environment.Commit = "powersave", 500, "abc"
		},
	} {
		a := record.Run{Status: record.StatusComplete, Tool: "v1", Scenario: record.Scenario{Hash: "aaaa"},
			Cores: record.Cores{Server: []int{1}}, Environment: record.Environment{CPU: "x", Cores: 2, RoundsPerMS: 1000}}
		b := a
		change(&b)
		r := compare(side{run: &a}, side{run: &b})
		if got := strings.Join(r.Refused, "; "); got != want {
			t.Errorf("refused: %q, want %q", got, want)
		}
		if len(r.Differences) == 0 {
			t.Errorf("%q: no difference is named", want)
		}
		if want == "" && (len(r.Differences) != 7 || !strings.Contains(strings.Join(r.Warnings, "\n"), "0.50 times as fast")) {
			t.Errorf("%+v, warnings %q", r.Differences, r.Warnings)
		}
	}
}

// rows is a pair of rows of one figure each, in so many trials.
func rows(id string, a, b []float64) (cell, cell) {
	row := func(xs []float64) cell {
		s := metric.Spread{Trials: map[int]float64{}}
		for i, x := range xs {
			s.Trials[i+1] = x
		}
		s.Median.V, s.Median.OK = stats.Median(xs)
		return cell{Row: &metric.Row{State: metric.Measured, Valid: len(xs), Values: map[string]metric.Spread{id: s}}}
	}
	return row(a), row(b)
}

func TestWhatIsSaid(t *testing.T) {
	low, high := []float64{1, 2, 3, 4, 5, 6}, []float64{11, 12, 13, 14, 15, 16}
	zero := make([]float64, 6)
	for _, c := range []struct {
		id   string
		a, b []float64
		want Word
	}{
		{metric.P99, low, high, IsWorse}, {metric.P99, high, low, IsBetter}, {metric.Achieved, low, high, IsBetter},
		{metric.InFlight, low, high, IsMore}, {metric.InFlight, high, low, IsLess}, {metric.P50, low, low, NotToldApart},
		{metric.Errors, zero, zero, NotToldApart}, {metric.Errors, zero, low, IsWorse}, {metric.P50, low[:5], high, ""},
	} {
		a, b := rows(c.id, c.a, c.b)
		p := pairOf(a, b, false)
		if len(p.Figures) != 1 || p.Figures[0].Said != c.want || (c.want == "") != (p.Figures[0].Why != "") {
			t.Errorf("%s of %v and %v: %+v, want %q", c.id, c.a, c.b, p.Figures, c.want)
		}
	}
}

// Why nothing is said of a figure, or of a whole row.
func TestWhyNothingIsSaid(t *testing.T) {
	six, other := []float64{1, 2, 3, 4, 5, 6}, []float64{11, 12, 13, 14, 15, 16}
	for want, change := range map[string]func(a, b *cell){
		"a has 5 valid trials with a figure: nothing is said of fewer than 6": func(a, _ *cell) {
			a.Valid = 5
			delete(a.Values[metric.P99].Trials, 6)
		},
		"b has a figure in 6 of 8 valid trials only": func(_, b *cell) { b.Valid = 8 },
		"b is larger than could be measured": func(_, b *cell) {
			b.Values[metric.P99] = metric.Spread{Median: metric.Value{Instead: "> 2.0 s"}}
		},
		"b: too few samples": func(_, b *cell) { b.Values[metric.P99] = metric.Spread{Median: metric.Value{Why: "too few samples"}} },
		"b is of the requests of all trials together: one alone has too few": func(_, b *cell) {
			b.Values[metric.P99] = metric.Spread{Pooled: true, Median: metric.Value{V: 1, OK: true}}
		},
		"at the rate that each held": func(a, b *cell) { a.searched, b.searched = true, true },
		"refused: b: invalid: drift": func(_, b *cell) { b.State, b.Why = metric.AllInvalid, "drift" },
		"refused: a: not measured: interrupted": func(a, _ *cell) {
			a.State, a.Why, a.Values = metric.NotMeasured, "interrupted", nil
		},
		"refused: unequal work: b made no call": func(_, b *cell) { b.Unequal = "made no call" },
		"refused: unequal work: a made no call": func(a, _ *cell) { a.Unequal = "made no call" },
		"refused: unequal work: a and b made 1.00 and 2.00 sms calls per notification": func(a, b *cell) {
			for i, c := range []*cell{a, b} {
				c.Audit = metric.Audit{Notifications: 9, Providers: []metric.AuditedCalls{
					{Channel: "sms", Calls: metric.Value{V: float64(i + 1), OK: true}}}}
			}
		},
	} {
		a, b := rows(metric.P99, six, other)
		change(&a, &b)
		p := pairOf(a, b, false)
		if len(p.Figures) != 1 || p.Figures[0].Said != "" || p.Figures[0].Ratio != nil {
			t.Errorf("%s: %+v", want, p)
			continue
		}
		got := p.Figures[0].Why
		if len(p.Refused) > 0 {
			got = "refused: " + strings.Join(p.Refused, "; ")
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	a, b := rows(metric.Achieved, six, other)
	a.Bound.Kind, b.Bound.Kind = metric.BoundRate, metric.BoundConnections
	if f := pairOf(a, b, false).Figures[0]; !strings.Contains(f.Why, "equal by construction") {
		t.Errorf("%+v", f)
	}
}

func TestDifferencesOfRows(t *testing.T) {
	a := record.Subject{ID: "x", Server: "pool", Processes: 1, Binary: strings.Repeat("a", 64),
		Settings:    map[string]string{"workers": "4", "old": "1"},
		Environment: map[string]string{contract.EnvRedisURL: "redis://u@127.0.0.1:3/0", contract.EnvDatabaseURL: "postgres://db.one/x"}}
	b := record.Subject{ID: "x", Server: "pool", Processes: 2, Binary: strings.Repeat("b", 64),
		Settings:    map[string]string{"workers": "8"},
		Environment: map[string]string{contract.EnvRedisURL: "redis://u@127.0.0.1:7/0", contract.EnvDatabaseURL: "postgres://db.two/x"}}
	var got []string
	for _, d := range rowDifferences(&a, &b) {
		got = append(got, d.What+" "+d.A+" "+d.B)
	}
	want := []string{"processes 1 2", "binary aaaaaaaaaaaa bbbbbbbbbbbb", "setting old 1 none", "setting workers 4 8",
		"DATABASE_URL postgres://db.one/x postgres://db.two/x"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestSameBinaryIsSaid(t *testing.T) {
	a, b := rows(metric.P99, []float64{1, 2, 3, 4, 5, 6}, []float64{11, 12, 13, 14, 15, 16})
	a.subject = record.Subject{Language: "go", Binary: "abc"}
	b.subject = a.subject
	if p := pairOf(a, b, false); len(p.Notes) != 1 || !strings.HasPrefix(p.Notes[0], "the same binary") {
		t.Errorf("%q", p.Notes)
	}
}

// As many decimals are printed as it takes to see what is said.
func TestRatioShowsThatItDiffersFromOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.OneOf(rapid.Float64Range(0.9999, 1.0001), rapid.Float64Range(0.1, 20)).Draw(t, "lo")
		i := stats.Interval{Lo: lo, Hi: lo * rapid.Float64Range(1, 1.0005).Draw(t, "hi")}
		print := ratio(i)
		if min(math.Abs(i.Lo-1), math.Abs(i.Hi-1)) <= 1e-6 || i.Contains(1) {
			return
		}
		one := func(x float64) bool { v, err := strconv.ParseFloat(print(x), 64); return err != nil || v == 1 }
		if one(i.Lo) || one(i.Hi) {
			t.Fatalf("%v is printed as %s", i, span(i, print))
		}
	})
}

func TestApart(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, b := range map[string]time.Time{
		"begun at the same moment": at, "b began 1h0m0s after a": at.Add(time.Hour), "b began 2s before a": at.Add(-2 * time.Second),
	} {
		if got := apart(at, b); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
