package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// listClaims prints the claims without running anything.
func (f *claimFlags) listClaims(c *cobra.Command, work []claimWork) error {
	type listed struct {
		Scenario string `json:"scenario"`
		record.Claim
	}
	var all []listed
	for _, w := range work {
		for _, cl := range w.sc.Claims {
			all = append(all, listed{w.sc.Name, cl.Claim})
		}
	}
	if f.asJSON {
		enc := json.NewEncoder(c.OutOrStdout())
		enc.SetIndent("", " ")
		return enc.Encode(all)
	}
	tw := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "id\tscenario\tdocument\tsection\tstated\texpect")
	for _, l := range all {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Scenario, l.Document, l.Section, l.Stated, l.Expect)
	}
	return tw.Flush()
}

// printWork prints what would be run, and how long it takes.
func printWork(w io.Writer, work []claimWork) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var sum time.Duration
	claims := 0
	for i, one := range work {
		var ids []string
		for _, c := range one.sc.Claims {
			ids = append(ids, c.ID)
		}
		claims += len(ids)
		sum += one.duration()
		fmt.Fprintf(tw, "claims %d/%d\t%s\t%s\tabout %v\t%s\n", i+1, len(work), one.sc.Name, extent(one),
			round(one.duration()), strings.Join(ids, ", "))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s of %s, about %v, builds left out\n",
		metric.Count(claims, "claim"), metric.Count(len(work), "scenario"), round(sum))
	return err
}

// extent is how much is measured of a scenario.
func extent(w claimWork) string {
	if w.plan == nil {
		return "nothing to measure"
	}
	text := fmt.Sprintf("%s × %s × %s of %v + %v", metric.Count(len(w.sc.Servers), "server"),
		metric.Count(len(w.sc.Loads), "load"), metric.Count(w.sc.Trials, "trial"), w.sc.Warmup, w.sc.Duration)
	return text + absentIn(w.plan)
}

// absentIn counts the rows that are not installed, by what installs them.
func absentIn(p *plan.Plan) (words string) {
	rows := map[string]int{}
	for i := range p.Rows {
		if missing := p.Rows[i].Missing; missing != "" {
			rows[missing]++
		}
	}
	for _, missing := range slices.Sorted(maps.Keys(rows)) {
		words += fmt.Sprintf("; %s %s", metric.Count(rows[missing], "row"), missing)
	}
	return words
}
