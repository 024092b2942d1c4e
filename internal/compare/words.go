package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/stats"
)

// figureTitles head the columns of figureCells.
func figureTitles() []string {
	return []string{"server", "figure", "a", "b", "b ÷ a", "interval", "b is"}
}

// figureCells are a figure as a line of a table, whose row has the name.
func figureCells(name string, f *Figure) []string {
	change, interval := "", ""
	switch {
	case f.Ratio != nil:
		print := ratio(f.Ratio.Interval)
		change, interval = print(f.Ratio.Estimate), span(f.Ratio.Interval, print)
	case f.Shift != nil:
		change, interval = f.Unit.Signed(f.Shift.Estimate), span(f.Shift.Interval, f.Unit.Signed)
	}
	return []string{name, f.Name, plain(f.A, f.Unit), plain(f.B, f.Unit), change, interval, string(f.Said)}
}

// plain is a value as tables have it: rates say "/s".
func plain(v metric.Value, u metric.Unit) string {
	return strings.Replace(v.Format(u), " req/s", "/s", 1)
}

// ratio prints ratios with as many decimals, from three on, as it takes to see that an
// interval that excludes 1 does.
func ratio(i stats.Interval) func(float64) string {
	near := min(math.Abs(i.Lo-1), math.Abs(i.Hi-1))
	decimals := 3
	for limit := 0.0005; near < limit && decimals < 6 && !i.Contains(1); limit /= 10 {
		decimals++
	}
	return func(x float64) string { return metric.Thousands(strconv.FormatFloat(x, 'f', decimals, 64)) }
}

func span(i stats.Interval, print func(float64) string) string {
	return print(i.Lo) + " to " + print(i.Hi)
}

// sideWords introduce a record.
func sideWords(s *Side) string {
	words := fmt.Sprintf("%s, %s, notifybench %s", s.ID, s.Started.UTC().Format(time.DateTime)+" UTC", s.Tool)
	if s.Commit != "" {
		words += " of commit " + commit(s.Commit)
	}
	return words
}

// commit is a commit as people write it, "+dirty" kept.
func commit(hash string) string {
	id, rest, dirty := strings.Cut(hash, "+")
	if dirty {
		return short(id) + "+" + rest
	}
	return short(id)
}

// title names what was compared.
func (r *Report) title() string {
	if r.A.Scenario == r.B.Scenario {
		return r.A.Scenario + ": " + r.A.Title
	}
	return r.A.Scenario + " and " + r.B.Scenario
}

// remarks are the remarks on the rows of a load, those on several rows once.
func (r *Report) remarks(load string) (list []string) {
	rows := map[string][]string{}
	var order []string
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if p.Load != load {
			continue
		}
		for _, n := range p.remarks() {
			if !slices.Contains(order, n) {
				order = append(order, n)
			}
			rows[n] = append(rows[n], p.Subject)
		}
	}
	for _, n := range order {
		list = append(list, strings.Join(rows[n], ", ")+": "+n)
	}
	return list
}

// remarks are the remarks on a row, what forbids to set it against its like first.
func (p *Pair) remarks() (list []string) {
	for _, why := range p.Refused {
		list = append(list, "not ranked: "+why)
	}
	var differ []string
	for _, d := range p.Differences {
		differ = append(differ, fmt.Sprintf("%s %s → %s", d.What, d.A, d.B))
	}
	if len(differ) > 0 {
		list = append(list, "differs: "+strings.Join(differ, "; "))
	}
	return append(list, p.Notes...)
}

func aloneWords(list []Alone) string {
	var parts []string
	for _, x := range list {
		parts = append(parts, x.Subject+" under "+x.Load)
	}
	return strings.Join(parts, ", ")
}

// loads are the names of the loads of all pairs, in their order.
func (r *Report) loads() (names []string) {
	for i := range r.Pairs {
		if load := r.Pairs[i].Load; len(names) == 0 || names[len(names)-1] != load {
			names = append(names, load)
		}
	}
	return names
}

// glossary says what the columns mean.
const glossary = "b ÷ a: the median of the ratios of every trial of b to every trial of a (Hodges–Lehmann; where a value is 0: of the " +
	"differences), with its exact interval by ranks. ~: not told apart. a and b are medians of the valid trials; without a ratio nothing is said"
