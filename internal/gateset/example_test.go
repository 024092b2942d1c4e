package gateset

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// hostile is what a label, a title or a log may hold.
const hostile = "a|b <script>alert(1)</script> @team #12 `x` [l](http://e.org) \x1b[31mred\x1b[0m $x$ ]]> 100%, a: b"

func rules() []gate.Rule {
	return []gate.Rule{
		{Metric: metric.CPUPerRequest, Load: "open", Tolerance: 0.05, Effect: 0.01},
		{Metric: metric.P50, Load: "open", Tolerance: 0.05, Effect: 0.01, Floor: 5e6},
		{Metric: metric.P99, Load: "open", Tolerance: 0.2, Effect: 0.05},
		{Metric: metric.Achieved, Load: "full", Higher: true, Tolerance: 0.05, Effect: 0.01},
		{Metric: metric.PeakPSS, Load: "open", Tolerance: 0.05, Effect: 0.01, Floor: 2 << 20},
		{Metric: "of_a_later_version", Load: "full", Tolerance: 0.05, Effect: 0.01},
	}
}

// typical is what a base measures of a rule.
func typical(r *gate.Rule) float64 {
	return map[string]float64{metric.CPUPerRequest: 231e3, metric.P50: 46e6, metric.P99: 61e6, metric.Achieved: 5210,
		metric.PeakPSS: 21 << 20, "of_a_later_version": 42}[r.Metric]
}

// rounded keeps golden files the same on every processor.
func rounded(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 5, 64), 64)
	return v
}

// of says how a metric comes out in the example.
type of struct {
	rule    int // index in rules()
	change  float64
	noise   float64
	verdict gate.Verdict
	why     string
}

// measure makes valid blocks in which the metrics changed so.
func measure(seed uint64, from, n int, confirm bool, outcomes ...of) []Block {
	draw := rand.New(rand.NewPCG(seed, 7))
	var blocks []Block
	for i := range n {
		b := Block{Seed: seed + uint64(i), Layout: [2]int{i%4 + 1, (i+1)%4 + 1}, Took: 15 * time.Second}
		b.N, b.Confirm, b.Values = from+i, confirm, map[string]gate.Pair{}
		for _, o := range outcomes {
			r := rules()[o.rule]
			if o.verdict == gate.NotGated {
				b.Why = map[string]string{r.Metric: "the server's cores were 61% busy: it measures the client"}
				continue
			}
			x := math.Log1p(o.change) + o.noise*draw.NormFloat64()
			if r.Higher {
				x = -x
			}
			base := typical(&r) * (1 + 0.03*draw.NormFloat64())
			b.Values[r.Metric] = gate.Pair{rounded(base), rounded(base * math.Exp(x))}
		}
		b.Counts = [2]gate.Counts{{Requests: 4000}, {Requests: 4000, Errors: uint64(i % 2)}}
		blocks = append(blocks, b)
	}
	return blocks
}

// find is a finding over blocks; only its figures are computed, roughly.
func find(r gate.Rule, blocks []Block) gate.Finding {
	f := gate.Finding{Rule: r}
	var xs, bases, candidates []float64
	for i := range blocks {
		if x, ok := blocks[i].Values[r.Metric].Log(r.Higher); ok {
			pair := blocks[i].Values[r.Metric]
			xs, bases, candidates = append(xs, x), append(bases, pair[0]), append(candidates, pair[1])
		}
	}
	if f.Blocks = len(xs); f.Blocks == 0 {
		return f
	}
	f.Arms[0], _ = stats.Median(bases)
	f.Arms[1], _ = stats.Median(candidates)
	mean, squares := 0.0, 0.0
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	se := math.Sqrt(squares / float64(len(xs)*(len(xs)-1)))
	around := func(t float64) stats.Interval {
		return stats.Interval{Lo: rounded(math.Expm1(mean - t*se)), Hi: rounded(math.Expm1(mean + t*se))}
	}
	f.Change, f.Interval, f.Bounds = rounded(math.Expm1(mean)), around(2.2), around(4)
	f.HodgesLehmann, f.SignedRank = f.Change, 0.25
	return f
}

// gated is a server of these blocks, looked at as often as there are enough.
func gated(label string, v gate.Verdict, why string, blocks []Block, outcomes ...of) Server {
	s := Server{Row: label, Server: "goroutine", Layouts: 4, Blocks: blocks, Rate: 812.5, RateWhy: "50% of what the base carries here (1,625.0 req/s)",
		Toolchains: [2]string{"go1.26.8", "go1.26.8"}}
	s.Result.Verdict, s.Result.Why = v, why
	var first, fresh []Block
	for _, b := range blocks {
		s.Took += b.Took
		switch {
		case b.Invalid != "":
			s.Result.Rejected++
			continue
		case b.Confirm:
			fresh = append(fresh, b)
		default:
			first = append(first, b)
		}
		s.Result.Blocks++
		for arm := range b.Counts {
			s.Result.Counts[arm].Requests += b.Counts[arm].Requests
			s.Result.Counts[arm].Errors += b.Counts[arm].Errors
		}
	}
	for _, n := range []int{8, 12} {
		if len(first) < n {
			break
		}
		l := gate.Look{Blocks: n}
		for _, o := range outcomes {
			l.Findings = append(l.Findings, find(rules()[o.rule], first[:n]))
		}
		s.Result.Looks = append(s.Result.Looks, l)
	}
	for _, o := range outcomes {
		f := find(rules()[o.rule], first)
		f.Verdict, f.Why = o.verdict, o.why
		if len(fresh) > 0 && o.verdict == gate.Regressed {
			c := find(rules()[o.rule], fresh)
			f.Confirmed = &c
		}
		if o.verdict == gate.Inconclusive {
			f.Visible, f.Needs = 0.41, 31
		}
		s.Result.Findings = append(s.Result.Findings, f)
	}
	return s
}

// example has a server of every kind, and a metric of every verdict.
func example() *Set {
	s := &Set{Schema: Schema, Tool: "v1.2.0", Status: record.StatusInterrupted, Note: "interrupted by the user",
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Finished: time.Date(2026, 1, 2, 3, 31, 5, 0, time.UTC),
		Base:      Side{Ref: "origin/main", Commit: "3fe10c2a9b7d5e8f001122334455667788990011", Title: "Pool: reuse the buffers"},
		Candidate: Side{Commit: "9ab4e6d2c3f1a0b5887766554433221100ffeedd", Title: hostile, Dirty: true},
		Scenario:  "gate", Hash: "5f2c", Seed: 7, Budget: 15 * time.Minute, PolicyFile: "gate.yaml",
		Policy:  gate.Policy{Rules: rules(), Looks: []int{8, 12, 16, 24}, Confirm: 8, Error: 0.01, Miss: 0.05, MaxInvalid: 0.25},
		Machine: record.Environment{OS: "linux", Arch: "amd64", CPU: "Example CPU @ 2.00GHz", Cores: 2, Go: "go1.26.0"}}
	pass, improved, regressed := gate.Pass, gate.Improved, gate.Regressed

	slower := []of{{0, 0.081, 0.008, regressed, "8 blocks said worse, 8 fresh ones confirm it"}, {1, 0.01, 0.01, pass, ""},
		{2, 0.03, 0.03, pass, ""}, {3, 0, 0, gate.NotGated, "in 12 of 12 blocks: the server's cores were 61% busy: it measures the client"},
		{4, 0.004, 0.004, pass, ""}, {5, -0.01, 0.01, pass, ""}}
	blocks := measure(1, 1, 8, false, slower...)
	stolen := Block{Seed: 99, Layout: [2]int{1, 2}, Took: 15 * time.Second}
	stolen.N, stolen.Invalid = 9, "the hypervisor took 4.1% of the time (steal)"
	blocks = append(append(blocks, stolen), measure(2, 10, 8, true, slower...)...)
	s.Servers = append(s.Servers, gated("pool workers=64", regressed,
		"CPU/req under open is 8.1% worse, confirmed by 8 fresh blocks", blocks, slower...))

	faster := []of{{0, -0.07, 0.01, improved, ""}, {3, -0.11, 0.01, improved, ""}, {2, 0.09, 0.25, gate.Inconclusive, "the blocks differ too much"}}
	s.Servers = append(s.Servers, gated("goroutine", gate.Inconclusive, "p99 under open could not be told", measure(3, 1, 12, false, faster...), faster...))

	same := []of{{0, 0.002, 0.006, pass, ""}, {4, 0.0, 0.003, pass, ""}}
	s.Servers = append(s.Servers, gated("fasthttp", pass, "no metric is worse by its tolerance", measure(4, 1, 8, false, same...), same...))

	crash := measure(5, 1, 2, false, same...)
	crash[1].Invalid = "the server ended in the window"
	crash[1].Died[gate.Candidate] = "exit status 2\npanic: runtime error: index out of range [5] with length 5\n\x1b[31mgoroutine 41 [running]:\x1b[0m\nmain.(*pool).take(...)\n</pre> " + hostile + "\n"
	s.Servers = append(s.Servers, gated("crashing", regressed, "the candidate's server ended under load: exit status 2\npanic: …", crash))

	wrong := gated("wrong", regressed, "the candidate answered 3 requests otherwise than was true; the base none", measure(6, 1, 4, false, same...))
	wrong.Toolchains[gate.Base] = "go1.25.4"
	wrong.Result.Counts[gate.Candidate].Wrong, wrong.Result.Counts[gate.Candidate].Lost = 3, 1
	s.Servers = append(s.Servers, wrong)

	noisy := measure(7, 1, 8, false, same...)
	for i := range noisy {
		if i%2 == 0 {
			noisy[i].Invalid = "the machine stalled for 310 ms"
		}
	}
	s.Servers = append(s.Servers,
		gated("noisy", gate.Invalid, "4 of 8 blocks are invalid: the machine stalled for 310 ms", noisy),
		Server{Row: "nodejs", Server: "nodejs", Missing: "not installed: node"},
		gated(hostile, gate.Undecided, "interrupted after 1 block", measure(8, 1, 1, false, same[:1]...), same[:0]...))
	s.Conclude()
	return s
}
