package gatetest

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/stats"
)

// trim is the share that the gate cuts off at either end.
const trim = 0.20

// notes say what was really there, and where a target is not reached what it would take.
func (r *Result) notes(g goal, row *Row, v Reached) []string {
	var notes []string
	if g.metric != "" {
		notes = append(notes, injected(row, g.metric)...)
	}
	if v == Yes {
		return notes
	}
	if v == NotKnown && !g.seconds {
		notes = append(notes, fmt.Sprintf("%d real blocks say no more: measure more of them", row.Blocks))
	}
	switch {
	case g.metric != "":
		notes = append(notes, r.toFind(g, row)...)
	case g.seconds:
		notes = append(notes, fmt.Sprintf("half of the gates are over after %.0f blocks, 90%% after %.0f", row.Needed.Median, row.Needed.P90))
	case g.limit == inconclusiveLimit:
		notes = append(notes, r.toPass(row)...)
	default:
		notes = append(notes, r.alarms(row)...)
	}
	return notes
}

// carriedOut is what the real gates say of a target: few, but nothing is drawn.
func (r *Result) carriedOut(g goal) []string {
	for i := range r.Gates {
		row := &r.Gates[i]
		if row.Injection != g.of || row.Gates == 0 || g.seconds || g.metric != "" && g.metric != row.Metric {
			continue // of another metric than the injection's nothing is counted
		}
		rate := row.Red
		switch {
		case g.metric != "":
			rate = row.Found
		case g.limit == inconclusiveLimit:
			rate = row.Inconclusive
		}
		return []string{fmt.Sprintf("of %d real gates %s", row.Gates, rateText(&rate))}
	}
	return nil
}

// injected says what was really injected.
func injected(row *Row, metric string) []string {
	m := row.Of(metric)
	if m.Change == nil {
		return []string{"no valid block has " + metric}
	}
	if *m.Change <= 0 {
		return []string{metric + " really was not worse at all: what was injected does not show in it"}
	}
	return []string{fmt.Sprintf("%s really was %s worse", metric, percent(round(*m.Change)))}
}

// toFind says of a metric what it finds, and with how many blocks it would find the level.
func (r *Result) toFind(g goal, row *Row) []string {
	rule, n := r.rule(g.metric), r.noise(g.metric)
	var notes []string
	for _, p := range r.Power {
		if p.Kind == g.of.Kind && p.Metric == g.metric {
			notes = append(notes, p.words())
		}
	}
	if n == nil {
		return append(notes, "how many blocks it would take is not known: no A/A blocks have "+g.metric)
	}
	change := g.of.Level
	if m := row.Of(g.metric); m.Change != nil {
		change = *m.Change
	}
	least := rule.Floor / n.Base
	switch {
	case change <= 0:
		return notes
	case change < least:
		return append(notes, fmt.Sprintf("the floor of the policy is %s of what it is here: less is no regression, however clear", percent(round(least))))
	}
	limit := max(rule.Effect, least)
	errors := stats.Spend(r.Policy.Error/float64(len(r.Policy.Rules)), r.Policy.Looks)
	return append(notes, r.plan(fmt.Sprintf("to find %s in %s of the gates", percent(round(change)), percent(g.limit)),
		n.Winsorized, math.Log1p(change)-math.Log1p(limit), errors[len(errors)-1], g.limit))
}

// plan is the number of blocks that something takes, in words.
func (r *Result) plan(what string, sd, distance, alpha, power float64) string {
	last := r.Policy.Looks[len(r.Policy.Looks)-1]
	n, ok := stats.BlocksFor(sd, trim, distance, alpha, power)
	switch {
	case distance <= 0:
		return what + " no number of blocks is enough: it is not above the smallest effect of the policy"
	case !ok:
		return fmt.Sprintf("%s takes more than %d blocks a gate at the noise of this machine", what, stats.MaxPlanned)
	case n <= last:
		return fmt.Sprintf("%s takes %d blocks by the noise of A/A, and a gate has up to %d: what is lost is lost in the confirmation, or the noise is larger under this injection", what, n, last)
	}
	return fmt.Sprintf("%s takes %d blocks a gate at the noise of this machine; the policy has %d", what, n, last)
}

// toPass says which metric lets A/A not pass, and what it would take.
func (r *Result) toPass(row *Row) []string {
	worst := mostOf(row, func(m *MetricShown) Rate { return m.Inconclusive })
	if worst == nil {
		return nil
	}
	notes := []string{fmt.Sprintf("most often by %s: %s of the gates", worst.Metric, percent(round(worst.Inconclusive.Share)))}
	n, rule := r.noise(worst.Metric), r.rule(worst.Metric)
	if n == nil {
		return notes
	}
	miss := stats.Spend(r.Policy.Miss, r.Policy.Looks)
	distance := math.Log1p(max(rule.Tolerance, rule.Floor/n.Base))
	return append(notes, r.plan("to pass it in "+percent(1-inconclusiveLimit)+" of the gates", n.Winsorized, distance, miss[len(miss)-1], 1-inconclusiveLimit))
}

// alarms says which metric cries wolf.
func (r *Result) alarms(row *Row) []string {
	worst := mostOf(row, func(m *MetricShown) Rate { return m.Red })
	if worst == nil {
		return nil
	}
	notes := []string{fmt.Sprintf("most often by %s: %s of the gates", worst.Metric, percent(round(worst.Red.Share)))}
	if n := r.noise(worst.Metric); n != nil && !n.Interval.Contains(0) {
		notes = append(notes, fmt.Sprintf("its A/A blocks have a bias of %s: the arms are not alike", percent(round(n.Bias))))
	}
	return notes
}

// mostOf is the metric with the largest such rate; nil where it is 0 for all.
func mostOf(row *Row, of func(*MetricShown) Rate) *MetricShown {
	if len(row.Metrics) == 0 {
		return nil
	}
	worst := slices.MaxFunc(row.Metrics, func(a, b MetricShown) int { return cmp.Compare(of(&a).Share, of(&b).Share) })
	if of(&worst).Share == 0 {
		return nil
	}
	return &worst
}

// words say from where on it finds something.
func (p *Power) words() string {
	if p.Found90 == nil {
		return fmt.Sprintf("none of the levels measured is found by %s in %s of the gates", p.Metric, percent(wellFound))
	}
	return fmt.Sprintf("%s finds %s and more in %s of the gates", p.Metric, percent(round(*p.Found90)), percent(wellFound))
}

func (r *Result) rule(metric string) gate.Rule {
	for _, rule := range r.Policy.Rules {
		if rule.Metric == metric {
			return rule
		}
	}
	return gate.Rule{Metric: metric}
}

func (r *Result) noise(metric string) *Noise {
	for i := range r.Noise {
		if r.Noise[i].Metric == metric {
			return &r.Noise[i]
		}
	}
	return nil
}

// round is a share to three places: 4.8%, not 4.8127%.
func round(share float64) float64 { return math.Round(share*1000) / 1000 }
