package run

import (
	"context"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/steady"
)

// measureSteady measures a cell, and once more after twice the warm-up where it
// drifted: most of what drifts had not warmed up. All repeats together take at
// most a quarter of the time that was planned.
func (r *runner) measureSteady(ctx context.Context, c *plan.Cell, out *record.Cell, dir string) error {
	before := *out
	if err := r.measure(ctx, c, out, dir); err != nil {
		return err
	}
	longer := *c
	longer.Warmup *= 2
	takes := longer.Warmup + longer.Duration + plan.CellOverhead
	why := worthRepeating(r.load(c.Load.Name), &out.Generator)
	if why == "" || c.Rate > 0 || // a search repeats its trials itself
		r.repeats+takes > r.plan.Duration()/4 {
		return nil
	}
	r.repeats += takes
	*out = before
	out.Warmup = longer.Warmup
	out.Repeated = fmt.Sprintf("after a warm-up of %v %s from half to half", c.Warmup.Round(time.Millisecond), why)
	return r.measure(ctx, &longer, out, dir)
}

func (r *runner) load(name string) *record.Load {
	for i := range r.run.Loads {
		if r.run.Loads[i].Name == name {
			return &r.run.Loads[i]
		}
	}
	return &record.Load{Changing: true} // none of this run's: nothing is known of it
}

// worthRepeating says in which way a cell drifted that a longer warm-up may help.
// It does not help a load that is meant to change, a server that cannot keep up,
// or a closed loop that has not come round once in each half.
func worthRepeating(l *record.Load, g *record.Generator) string {
	if l.Changing || g.Halves == nil {
		return ""
	}
	done := g.Halves[0].Count + g.Halves[1].Count
	switch {
	case l.Open && float64(done) < 0.9*float64(g.Scheduled):
		return ""
	case !l.Open && min(g.Halves[0].Count, g.Halves[1].Count) < uint64(l.Connections):
		return ""
	}
	return steady.Drifted(*g.Halves)
}
