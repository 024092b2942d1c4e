package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/stats"
)

// order places the rows of a tier from rank first on. A row shares the rank of
// the one that leads the rank unless interleaved trials tell the two apart. Rows
// with too few trials, or without the figure to rank by, follow without a rank.
func (t tier) order(first int) []Place {
	rows := slices.Clone(t.rows)
	slices.SortStableFunc(rows, t.compare)
	var enough, few []*Row
	for _, row := range rows {
		if len(row.Values[t.by.ID].Trials) >= stats.MinTrials {
			enough = append(enough, row)
		} else {
			few = append(few, row)
		}
	}
	places := make([]Place, len(enough))
	leader := 0
	for i, row := range enough {
		if r, ok := t.ratio(row, enough[leader]); ok && r.ToldApart() && !(t.by.ID == Capacity && overlap(row, enough[leader])) {
			leader = i
		}
		places[i] = Place{Subject: row.Subject, Rank: first + leader, Shared: i != leader}
		places[leader].Shared = places[leader].Shared || i != leader
	}
	t.explain(enough, places)
	for _, row := range few {
		reason := fmt.Sprintf("%s, %s: no order claimed", t.figure(row), Count(row.Valid, "valid trial"))
		places = append(places, Place{Subject: row.Subject, Reason: reason})
	}
	return places
}

// compare puts the better median first; a row without one last.
func (t tier) compare(a, b *Row) int {
	x, y := a.Values[t.by.ID].Median, b.Values[t.by.ID].Median
	switch {
	case !x.OK && !y.OK:
		return 0
	case !x.OK:
		return 1
	case !y.OK:
		return -1
	case t.by.Better == Lower:
		return compare(x.V, y.V)
	}
	return compare(y.V, x.V)
}

func (t tier) ratio(a, b *Row) (stats.Ratio, bool) {
	return Ratio(a.Values[t.by.ID], b.Values[t.by.ID])
}

// explain gives every place its figure and its ratio: to the best row, and for
// the best row to the one after it.
func (t tier) explain(rows []*Row, places []Place) {
	for i, row := range rows {
		places[i].Reason = t.figure(row)
		other := rows[0]
		if i == 0 {
			if len(rows) == 1 {
				continue
			}
			other = rows[1]
		}
		if r, ok := t.ratio(row, other); ok {
			places[i].Ratio = &r
			places[i].Reason += ", " + ratioWords(r, t.by, other.Subject)
		}
	}
}

func (t tier) figure(row *Row) string {
	v := row.Values[t.by.ID].Median
	switch t.by.ID {
	case CPUPerRequest:
		return v.Format(t.by.Unit) + " of CPU a request"
	case P99:
		return "p99 " + v.Format(t.by.Unit)
	}
	return v.Format(t.by.Unit)
}

// ratioWords is the ratio with its interval: "0.46× the CPU of goroutine
// (0.43–0.51, 6 pairs)".
func ratioWords(r stats.Ratio, by Metric, other string) string {
	what := "the rate of"
	switch by.ID {
	case CPUPerRequest:
		what = "the CPU of"
	case P99:
		what = "the p99 of"
	}
	text := fmt.Sprintf("%s× %s %s", significant(r.Median, 3), what, other)
	if r.Interval == nil {
		return text
	}
	detail := fmt.Sprintf(" (%s–%s, %s)", significant(r.Interval.Lo, 3), significant(r.Interval.Hi, 3),
		Count(r.Pairs, "pair"))
	if !r.ToldApart() {
		return "~ not told apart from " + other + ": " + text + detail
	}
	return text + detail
}

// boundWords ends the reason of a row: what binds it.
func boundWords(r *Row) string {
	if r.Bound.Kind == Unexplained {
		return "not explained by any known ceiling"
	}
	words := "bound by " + r.Bound.Kind + ": " + r.Bound.Why
	if v := r.Values[Achieved].Median; v.OK && r.Bound.To == 0 {
		words += " (achieved " + Rate(v.V) + ")"
	}
	return words
}

func find(rows []Row, subject string) *Row {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Subject == subject })
	return &rows[i]
}

func list(parts []string) string { return strings.Join(parts, ", ") }

// join puts a semicolon between the parts that are not empty.
func join(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "; ")
}
