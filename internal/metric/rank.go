package metric

import (
	"fmt"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Ranking is the order of the rows under one load, with the reasons in words.
//
// Rows that serve all that the client or the schedule asks for are equal there
// by construction: they are ranked by CPU per request. The others are ranked
// below them by what they achieved. Rows that miss the SLO come after those that
// meet it; rows that did other work than the rest, rows not to be believed, or not
// measured, have no rank.
type Ranking struct {
	Load   string   `json:"load"`
	Basis  []string `json:"basis"` // what the order is by
	Places []Place  `json:"places"`
}

// Place is one row's place.
type Place struct {
	Subject string `json:"subject"`
	Rank    int    `json:"rank"`             // 0: none
	Shared  bool   `json:"shared,omitempty"` // not told apart from another row of this rank
	Reason  string `json:"reason"`
	// Ratio is to the row that Reason names, by interleaved trials.
	Ratio *stats.Ratio `json:"ratio,omitempty"`
}

// tier is a set of rows ranked by one metric; all of a tier rank above all of
// the next.
type tier struct {
	title string
	by    Metric
	rows  []*Row
}

func rank(run *record.Run, load *record.Load, rows []Row) Ranking {
	r := Ranking{Load: load.Name}
	var absent, unequal []*Row
	var met, missed []*Row
	for i := range rows {
		switch row := &rows[i]; {
		case row.State != Measured:
			absent = append(absent, row)
		case row.Unequal != "":
			unequal = append(unequal, row)
		case missesSLO(run.Scenario.SLO, row) != "":
			missed = append(missed, row)
		default:
			met = append(met, row)
		}
	}
	tiers := tiersOf(load, met, "", cpuPerRequest)
	tiers = append(tiers, tiersOf(load, missed, "missing the SLO: ", p99)...)
	if load.Kind == record.CapacityKind { // the search has judged the SLO
		tiers = capacityTiers(slices.Concat(met, missed))
	}
	next := 1
	for _, t := range tiers {
		places := t.order(next)
		for i := range places {
			row := find(rows, places[i].Subject)
			misses := missesSLO(run.Scenario.SLO, row)
			if row.Capacity != nil {
				misses = row.Capacity.Words
			}
			places[i].Reason = join(places[i].Reason, misses, boundWords(row))
		}
		r.Basis = append(r.Basis, t.title)
		r.Places = append(r.Places, places...)
		next += len(places)
	}
	if !slices.ContainsFunc(r.Places, func(p Place) bool { return p.Rank > 0 }) && len(r.Places) > 0 {
		r.Basis = append(r.Basis, fmt.Sprintf("fewer than %d trials: no order claimed", stats.MinTrials))
	}
	r.unranked(unequal, absent)
	return r
}

// unranked puts below the ranks what has none, with the reason.
func (r *Ranking) unranked(unequal, absent []*Row) {
	if len(unequal) > 0 {
		r.Basis = append(r.Basis, "not ranked for unequal work: "+Count(len(unequal), "row"))
	}
	for _, row := range unequal {
		r.Places = append(r.Places, Place{Subject: row.Subject, Reason: "not ranked: " + row.Unequal})
	}
	for _, row := range absent {
		reason := row.Absence()
		if row.Unequal != "" {
			reason = join(reason, row.Unequal)
		}
		r.Places = append(r.Places, Place{Subject: row.Subject, Reason: reason})
	}
}

// tiersOf splits rows by whether what they achieved is their own doing. Those that
// are equal in that are ranked by another metric: what it cost or, where that was
// at the users' expense, how long they waited.
func tiersOf(load *record.Load, rows []*Row, prefix string, other Metric) []tier {
	equal := tier{by: other}
	below := tier{by: achieved}
	for _, row := range rows {
		if clientBound(row) {
			equal.rows = append(equal.rows, row)
		} else {
			below.rows = append(below.rows, row)
		}
	}
	equal.title = prefix + equalWords(load, equal.rows) + "; ranked by " + byWords(other) + ", not by throughput"
	below.title = prefix + "ranked by achieved rate"
	if len(equal.rows) > 0 {
		below.title = prefix + "below that: ranked by achieved rate"
	}
	var tiers []tier
	for _, t := range []tier{equal, below} {
		if len(t.rows) > 0 {
			tiers = append(tiers, t)
		}
	}
	return tiers
}

// byWords names what is ranked by.
func byWords(m Metric) string {
	if m.ID == CPUPerRequest {
		return "CPU per request"
	}
	return m.Name
}

// clientBound says that the row achieved all it was asked for.
func clientBound(r *Row) bool {
	switch r.Bound.Kind {
	case BoundConnections, BoundRate, BoundGenerator:
		return true
	}
	return r.Bound.ServedAll || r.ThroughputOf != ""
}

func equalWords(load *record.Load, rows []*Row) string {
	did := "achieved what " + Count(load.Connections, "connection") + " allow"
	for _, r := range rows {
		if r.Bound.Kind == BoundGenerator {
			did = "achieved what the generator could send"
		}
	}
	if load.Open {
		did = "served the whole offered rate"
	}
	if len(rows) == 1 {
		return rows[0].Subject + " " + did
	}
	if slices.ContainsFunc(rows, func(r *Row) bool { return r.Bound.Kind == BoundGenerator }) {
		return fmt.Sprintf("%d rows %s: that says nothing of them", len(rows), did)
	}
	return fmt.Sprintf("%d rows %s and are equal here by construction", len(rows), did)
}

// missesSLO says in which way a row misses the objective; empty when it meets
// it, or when it cannot be judged.
func missesSLO(slo *record.SLO, r *Row) string {
	if slo == nil {
		return ""
	}
	p, e := r.Values[P99].Median, r.Values[Errors].Median
	var misses []string
	if slo.P99 > 0 && (p.Unbounded() || p.OK && p.V > float64(slo.P99)) {
		misses = append(misses, fmt.Sprintf("p99 %s", p.Format(Nanoseconds)))
	}
	if e.OK && e.V > slo.Errors && e.V > 0 {
		misses = append(misses, fmt.Sprintf("errors %s", e.Format(Share)))
	}
	if len(misses) == 0 {
		return ""
	}
	return "misses the SLO (" + SLOWords(slo) + "): " + list(misses)
}

// SLOWords is the objective in words: "p99 ≤ 400.0 ms, errors ≤ 0.10%".
func SLOWords(slo *record.SLO) string {
	var parts []string
	if slo.P99 > 0 {
		parts = append(parts, "p99 ≤ "+Time(float64(slo.P99/time.Nanosecond)))
	}
	parts = append(parts, "errors ≤ "+percent(slo.Errors))
	return list(parts)
}
