package gatetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/stats"
)

// section is a part of the page, in no format yet.
type section struct {
	title string
	table [][]string // the titles first; columns from left on are aligned to the right
	left  int
	notes []string
}

// page is all that is shown, by any format for people.
func (r *Result) page() []section {
	return []section{r.targetTable(), r.rowTable(), r.powerTable(), r.noiseTable(), r.gateTable()}
}

// headline is the result in one sentence.
func (r *Result) headline() string {
	count := map[Reached]int{}
	for i := range r.Targets {
		count[r.Targets[i].Verdict]++
	}
	text := fmt.Sprintf("%d of %d targets reached, %d not reached, %d not known", count[Yes], len(r.Targets), count[No], count[NotKnown])
	if r.Missing > 0 {
		text += fmt.Sprintf("; not all is measured yet: %d blocks and gates of the plan are missing", r.Missing)
	}
	return text + "."
}

// method says what the figures are, so that nobody takes them for more.
func (r *Result) method() []string {
	return []string{
		fmt.Sprintf("%d real blocks, some of them in two rows. Each row: %d pseudo-gates, drawn with replacement from the blocks of the row, invalid and fresh ones too (PCG, seed %d), decided as the real gate decides.", r.Measured, r.Draws.Gates, r.Draws.Seed),
		fmt.Sprintf("In brackets: the 95%% interval by the number of real blocks, a bootstrap of two levels (%d pools drawn from the pool, %d gates from each; what these few gates scatter by themselves is left in, so that it is rather too wide). "+
			"A target is reached, or not, by its bound. What is rarer than one in the real blocks is in no pool, and no interval here shows it.", r.Draws.Pools, r.Draws.Inside),
		"Red: REGRESSED. Found: red, and the metric that ought to show it is among those that are. Alone: red of this metric if it were the only one. Pass: PASS or IMPROVED.",
		"More CPU and more memory are put into the same blocks, for two rows; in each the metric of the other is left out, and what latency shows is of both. In all blocks both arms are one source in other code layouts.",
		"Of wrong answers the first decides: their blocks are brief.",
		"Pseudo-gates draw blocks one by one: what neighbours have in common is seen by the real gates alone. Gates that went on longer have more blocks in the pools, which are rather too noisy therefore.",
		"Time is that of the blocks, processes started and ended; building and calibrating come on top, once.",
		"Machine: " + r.Header.Machine + ". Workload: " + r.Header.Workload + ". Binary " + r.Header.Binary + ", metrics: " + r.Header.Metrics + ".",
	}
}

func (r *Result) targetTable() section {
	s := section{title: "Targets", left: 2, table: [][]string{{"target", "verdict", "wanted", "is"}}}
	for i := range r.Targets {
		t := &r.Targets[i]
		is := none
		if t.Value != nil {
			is = t.figure(*t.Value) + " (" + t.figure(t.Interval.Lo) + "–" + t.figure(t.Interval.Hi) + ")"
		}
		s.table = append(s.table, []string{t.Name, string(t.Verdict), t.sign() + " " + t.figure(t.Limit), is})
		if len(t.Notes) > 0 {
			s.notes = append(s.notes, t.Name+": "+strings.Join(t.Notes, "; ")+".")
		}
	}
	return s
}

func (t *Target) sign() string { return map[bool]string{true: "≥", false: "≤"}[t.AtLeast] }

func (t *Target) figure(v float64) string {
	if t.Seconds {
		return minutes(v)
	}
	return percent(round(v))
}

// rowTable is the one table: what the gate made of each injection.
func (r *Result) rowTable() section {
	s := section{title: "Injections", left: 2, table: [][]string{{
		"injected", "targets", "really", "blocks", "red", "found", "alone", "inconclusive", "invalid", "pass", "improved", "time", "90%", "blocks", "90%"}}}
	for i := range r.Rows {
		row := &r.Rows[i]
		cells := []string{row.String(), r.beside(row), row.really(), row.size()}
		if row.Rates == nil {
			s.notes = append(s.notes, row.String()+": "+row.Why+".")
			s.table = append(s.table, append(cells, slices.Repeat([]string{none}, len(s.table[0])-len(cells))...))
			continue
		}
		q, found, alone := row.Rates, none, none
		if q.Found != nil {
			found = rateText(q.Found)
		}
		if m := row.Of(row.Metric); m != nil && m.Alone != nil {
			alone = rateText(m.Alone)
		}
		cells = append(cells, rateText(&q.Red), found, alone, rateText(&q.Inconclusive), rateText(&q.Invalid), rateText(&q.Pass), rateText(&q.Improved),
			minutes(row.Took.Median), minutes(row.Took.P90), fmt.Sprintf("%.0f", row.Needed.Median), fmt.Sprintf("%.0f", row.Needed.P90))
		s.table = append(s.table, cells)
	}
	return s
}

// beside are the targets of the row, in short.
func (r *Result) beside(row *Row) string {
	var of []string
	for i := range r.Targets {
		if t := &r.Targets[i]; t.Of == row.String() {
			of = append(of, t.sign()+" "+t.figure(t.Limit)+" "+string(t.Verdict))
		}
	}
	if len(of) == 0 {
		return none
	}
	return strings.Join(of, ", ")
}

// really is by how much the metric was worse, and what was asked for.
func (row *Row) really() string {
	text := row.Setting
	if m := row.Of(row.Metric); m != nil && m.Change != nil && m.Difference != nil {
		text = fmt.Sprintf("%s added %s (%s)", text, row.quantity(*m.Difference), signed(*m.Change))
	}
	if text == "" {
		return none
	}
	return text
}

// quantity is a difference in the unit of what was injected.
func (row *Row) quantity(v float64) string {
	if row.Kind == Ballast {
		return fmt.Sprintf("%.0f kB", v/1e3)
	}
	return time.Duration(v).Round(100 * time.Nanosecond).String()
}

func (row *Row) size() string {
	if row.Rejected == 0 {
		return fmt.Sprint(row.Blocks)
	}
	return fmt.Sprintf("%d, %d invalid", row.Blocks, row.Rejected)
}

// none stands where there is nothing to show.
const none = "–"

func rateText(r *Rate) string {
	return percent(round(r.Share)) + " " + interval(r.Interval)
}

func interval(i stats.Interval) string {
	return "(" + strings.TrimSuffix(percent(round(i.Lo)), "%") + "–" + strings.TrimSuffix(percent(round(i.Hi)), "%") + ")"
}

func signed(share float64) string {
	if round(share) >= 0 {
		return "+" + percent(round(share))
	}
	return percent(round(share))
}

func minutes(s float64) string {
	return seconds(s).Round(time.Second).String()
}
