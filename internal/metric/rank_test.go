package metric

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

// rowOf makes a measured row: CPU per request and achieved rate by trial.
func rowOf(name, bound string, cost, rate []float64) Row {
	r := Row{Subject: name, State: Measured, Valid: len(cost), Trials: len(cost),
		Values: map[string]Spread{}, Bound: Bound{Kind: bound, Why: "numbers"}}
	for id, xs := range map[string][]float64{CPUPerRequest: cost, Achieved: rate} {
		s := Spread{Trials: map[int]float64{}}
		for i, x := range xs {
			s.Trials[i+1] = x
		}
		sorted := slices.Sorted(slices.Values(xs))
		s.Median = known(sorted[len(sorted)/2])
		r.Values[id] = s
	}
	return r
}

func repeat(x float64, n int) []float64 { return slices.Repeat([]float64{x}, n) }

func ranked(slo *record.SLO, rows ...Row) Ranking {
	run := &record.Run{}
	run.Scenario.SLO = slo
	return rank(run, &record.Load{Name: "r", Open: true}, rows)
}

func order(r Ranking) string {
	var parts []string
	for _, p := range r.Places {
		shared := ""
		if p.Shared {
			shared = "~"
		}
		parts = append(parts, fmt.Sprintf("%d%s %s", p.Rank, shared, p.Subject))
	}
	return strings.Join(parts, ", ")
}

func TestRankByCostWhereEqualByConstruction(t *testing.T) {
	r := ranked(nil,
		rowOf("a", BoundRate, repeat(113e3, 6), repeat(300, 6)),
		rowOf("b", BoundRate, []float64{112e3, 114e3, 113e3, 113e3, 112e3, 114e3}, repeat(301, 6)),
		rowOf("cheap", BoundRate, repeat(52e3, 6), repeat(299, 6)),
		rowOf("slow", "workers", repeat(50e3, 6), repeat(11, 6)))
	if got := order(r); got != "1 cheap, 2~ a, 2~ b, 4 slow" {
		t.Error(got)
	}
	if !strings.Contains(r.Basis[0], "equal here by construction") {
		t.Error(r.Basis)
	}
	for i, want := range []string{"0.46× the CPU of a (0.46–0.46, 6 pairs)", "2.17× the CPU of cheap",
		"2.17× the CPU of cheap", "bound by workers: numbers"} {
		if !strings.Contains(r.Places[i].Reason, want) {
			t.Errorf("%q lacks %q", r.Places[i].Reason, want)
		}
	}
}

func TestRankByRateWhereTheServerBinds(t *testing.T) {
	r := ranked(nil,
		rowOf("a", BoundCPU, repeat(113e3, 6), repeat(8000, 6)),
		rowOf("b", BoundCPU, repeat(52e3, 6), repeat(19000, 6)))
	if got := order(r); got != "1 b, 2 a" {
		t.Error(got)
	}
	if !strings.Contains(r.Places[0].Reason, "× the rate of a") {
		t.Error(r.Places[0].Reason)
	}
}

func TestFewTrialsClaimNoOrder(t *testing.T) {
	r := ranked(nil,
		rowOf("a", BoundRate, repeat(1, 5), repeat(300, 5)),
		rowOf("b", BoundRate, repeat(9, 5), repeat(300, 5)))
	if got := order(r); got != "0 a, 0 b" {
		t.Error(got)
	}
	if last := r.Basis[len(r.Basis)-1]; last != "fewer than 6 trials: no order claimed" {
		t.Error(last)
	}
}

func TestMissingTheSLORanksBelow(t *testing.T) {
	fast := rowOf("cheap but late", BoundRate, repeat(1, 6), repeat(300, 6))
	fast.Values[P99] = Spread{Median: known(500e6), Trials: map[int]float64{1: 500e6, 2: 500e6, 3: 500e6, 4: 500e6, 5: 500e6, 6: 500e6}}
	good := rowOf("dear but prompt", BoundRate, repeat(9, 6), repeat(300, 6))
	good.Values[P99] = Spread{Median: known(300e6)}
	grown := rowOf("grows", BoundRate, repeat(1, 6), repeat(300, 6))
	grown.Values[P99] = Spread{Median: diverging(10)}
	r := ranked(&record.SLO{P99: 400 * time.Millisecond}, fast, grown, good)
	if got := order(r); got != "1 dear but prompt, 2 cheap but late, 0 grows" {
		t.Error(got)
	}
	if !strings.Contains(r.Places[1].Reason, "misses the SLO (p99 ≤ 400.0 ms") {
		t.Error(r.Places[1].Reason)
	}
}

func TestUnbelievedAndAbsentRowsHaveNoRank(t *testing.T) {
	bad := rowOf("bad", BoundRate, repeat(1, 6), repeat(300, 6))
	bad.State, bad.Why = AllInvalid, "sent late"
	r := ranked(nil, bad, Row{Subject: "none", State: Missing, Why: "not installed: x"},
		rowOf("good", BoundRate, repeat(2, 6), repeat(300, 6)))
	if got := order(r); got != "1 good, 0 bad, 0 none" {
		t.Error(got)
	}
	if r.Places[1].Reason != "invalid: sent late" || r.Places[2].Reason != "not installed: x" {
		t.Errorf("%q, %q", r.Places[1].Reason, r.Places[2].Reason)
	}
}

// Whatever the rows: each has one place, places have ranks in order, a shared
// rank is shared by at least two, and the better median never ranks below.
func TestRankingLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Row
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			base := rapid.Float64Range(1, 3).Draw(t, "base")
			var cost []float64
			for range rapid.SampledFrom([]int{3, 6, 8}).Draw(t, "trials") {
				cost = append(cost, base*rapid.Float64Range(0.9, 1.1).Draw(t, "noise"))
			}
			bound := rapid.SampledFrom([]string{BoundRate, "workers"}).Draw(t, "bound")
			rows = append(rows, rowOf(fmt.Sprint(i), bound, cost, cost))
		}
		r := ranked(nil, rows...)
		if len(r.Places) != len(rows) {
			t.Fatalf("%d places of %d rows", len(r.Places), len(rows))
		}
		holders, last := map[int]int{}, 0
		for _, p := range r.Places {
			if p.Rank == 0 {
				continue
			}
			if p.Rank < last {
				t.Fatalf("rank %d after %d", p.Rank, last)
			}
			last = p.Rank
			holders[p.Rank]++
		}
		for _, p := range r.Places {
			if p.Rank > 0 && p.Shared != (holders[p.Rank] > 1) {
				t.Fatalf("%s: rank %d is held by %d, shared is %v", p.Subject, p.Rank, holders[p.Rank], p.Shared)
			}
			if p.Rank == 0 && len(find(rows, p.Subject).Values[CPUPerRequest].Trials) >= 6 {
				t.Fatalf("%s has six trials and no rank", p.Subject)
			}
		}
	})
}
