package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// column is one column of a table of rows.
type column = columnOf[metric.Row]

// columnOf is one column of a table of anything, in text and in Markdown.
type columnOf[T any] struct {
	title string
	left  bool // aligned
	of    func(*T) string
	// drop is the order in which columns are left out where the terminal is too
	// narrow, from 1; 0: never.
	drop int
}

// columnsOf a load. What a capacity search offered was its own choice: its columns
// say what held and what failed instead, and the others are of the rate that held,
// which is another for each row: there is no ratio between them.
func columnsOf(l *record.Load) []column {
	all := columns()
	if l.Kind != record.CapacityKind {
		return all
	}
	all = slices.DeleteFunc(all, func(c column) bool { return c.title == cpuRatioTitle })
	i := slices.IndexFunc(all, func(c column) bool { return c.title == "offered" })
	return slices.Concat(all[:i], []column{
		{"holds", false, func(r *metric.Row) string {
			if r.Capacity == nil {
				return metric.NotAvailable
			}
			if r.Capacity.Limited {
				return "≥ " + metric.Rate(r.Capacity.Holds) + "/s"
			}
			return metric.Rate(r.Capacity.Holds) + "/s"
		}, 0},
		{"fails", false, func(r *metric.Row) string {
			if r.Capacity == nil || r.Capacity.Fails == 0 {
				return metric.NotAvailable
			}
			return metric.Rate(r.Capacity.Fails) + "/s"
		}, 2},
	}, all[i+1:])
}

func columns() []column {
	return []column{
		{"server", true, rowName, 0},
		{"proc", false, func(r *metric.Row) string { return fmt.Sprint(r.Processes) }, 1},
		value(metric.Offered, 2),
		value(metric.Achieved, 0),
		value(metric.P50, 6),
		value(metric.P99, 0),
		value(metric.Errors, 5),
		value(metric.CPU, 4),
		value(metric.CPUPerRequest, 0),
		{cpuRatioTitle, false, cpuRatio, 8},
		value(metric.PeakPSS, 7),
		value(metric.InFlight, 3),
		{"bound by", true, func(r *metric.Row) string { return r.Bound.Kind }, 0},
	}
}

// cpuRatioTitle is the title of the one column that is no metric of its row alone.
const cpuRatioTitle = "CPU ×"

// cpuRatio is what a request costs against the cheapest row, marked ~ where the
// trials do not tell the two apart, be it for want of trials.
func cpuRatio(r *metric.Row) string {
	if r.CPURatio == nil {
		return metric.NotAvailable
	}
	text := fmt.Sprintf("%.2f", r.CPURatio.Median)
	if r.Subject != r.CPUBase && !r.CPURatio.ToldApart() {
		return "~" + text
	}
	return text
}

// value is the column of a metric. Rates say "/s": the table is of requests.
func value(id string, drop int) column {
	m, _ := metric.ByID(id)
	return column{m.Name, false, func(r *metric.Row) string {
		return strings.Replace(r.Format(m), " req/s", "/s", 1)
	}, drop}
}

// rowNotes are the remarks on the rows of a table.
func rowNotes(rows []metric.Row) []string {
	var notes []string
	if slices.ContainsFunc(rows, func(r metric.Row) bool { return strings.HasPrefix(cpuRatio(&r), "~") }) {
		notes = append(notes, "~: not told apart from the cheapest row by the trials there are")
	}
	for i := range rows {
		r := &rows[i]
		if r.State == metric.AllInvalid {
			notes = append(notes, r.Subject+": invalid, not ranked: "+r.Why)
		}
		for _, n := range r.Notes {
			notes = append(notes, r.Subject+": "+n)
		}
	}
	return notes
}

// trialWords says what the numbers of a table are.
func trialWords(l *record.Load, rows []metric.Row) string {
	if l.Kind == record.CapacityKind {
		return searchWords(rows)
	}
	least, most := 0, 0
	for i := range rows {
		if n := rows[i].Valid; n > 0 {
			most = max(most, n)
			if least == 0 || n < least {
				least = n
			}
		}
	}
	switch {
	case most == 0:
		return "no valid trial"
	case most == 1:
		return "of one valid trial"
	case least == most:
		return fmt.Sprintf("medians of %d valid trials", most) + pooledWords(rows)
	}
	return fmt.Sprintf("medians of %d to %d valid trials", least, most) + pooledWords(rows)
}

// searchWords says what the numbers of a table of searches are.
func searchWords(rows []metric.Row) string {
	most := 0
	for i := range rows {
		most = max(most, rows[i].Trials)
	}
	if most == 0 {
		return "no search"
	}
	what := "of one search"
	if most > 1 {
		what = fmt.Sprintf("the middle one of up to %d searches", most)
	}
	return what + "; all but holds and fails is of the trial at the rate that holds"
}

// pooledWords names the percentiles that are of all trials together.
func pooledWords(rows []metric.Row) string {
	var names []string
	for _, m := range metric.All() {
		for i := range rows {
			if rows[i].Values[m.ID].Pooled {
				names = append(names, m.Name)
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	last := len(names) - 1
	if last > 0 {
		names = []string{strings.Join(names[:last], ", "), names[last]}
	}
	return ", " + strings.Join(names, " and ") + " pooled over the trials where each has too few requests"
}

// rankWords is the rank as printed: "2~" shares its rank, "–" has none.
func rankWords(p *metric.Place) string {
	switch {
	case p.Rank == 0:
		return "–"
	case p.Shared:
		return fmt.Sprintf("%d~", p.Rank)
	}
	return fmt.Sprint(p.Rank)
}

// rowName marks a row that is not to be believed, or not to be compared: colour alone
// would not tell.
func rowName(r *metric.Row) string {
	switch invalid := r.State == metric.AllInvalid; {
	case invalid && r.Unequal != "":
		return r.Subject + " (invalid, unequal work)"
	case invalid:
		return r.Subject + " (invalid)"
	case r.Unequal != "":
		return r.Subject + " (unequal work)"
	}
	return r.Subject
}
