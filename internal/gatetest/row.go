package gatetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/stats"
)

// row makes the pseudo-gates of the pool.
func (p *pool) row(ctx context.Context, plan *Plan) (Row, error) {
	row := Row{Injection: p.injection, Blocks: len(p.blocks), Rejected: p.rejected()}
	row.Setting, row.Asked = p.asked()
	if len(p.blocks) < minPool {
		row.Why = fmt.Sprintf("%d blocks, fewer than %d: nothing is said", len(p.blocks), minPool)
		if len(p.blocks) == 0 {
			row.Why = "not measured"
		}
		return row, nil
	}
	rules := plan.Policy.Rules
	r, err := p.resample(ctx, plan.Draws, len(rules), byGate(plan, p.injection))
	if err != nil {
		return row, err
	}
	row.Rates = r.rates(p.injection)
	row.Needed = r.spread(func(t *tally) []float64 { return t.blocks })
	row.Took = r.spread(func(t *tally) []float64 { return t.took })
	row.Passed = r.spread(func(t *tally) []float64 { return t.passed })
	ought := shows(p.injection)
	for i := range rules {
		m := r.shown(i)
		m.Metric = rules[i].Metric
		m.Change, m.Difference = p.changed(rules[i])
		if slices.Contains(ought, m.Metric) {
			if m.Alone, err = p.power(ctx, plan, i); err != nil {
				return row, err
			}
		}
		row.Metrics = append(row.Metrics, m)
	}
	return row, nil
}

func (r *resampled) rates(i Injection) *Rates {
	rates := &Rates{
		Red: r.rate(countRed), Inconclusive: r.rate(countInconclusive), Invalid: r.rate(countInvalid),
		Pass: r.rate(countPass), Improved: r.rate(countImproved),
	}
	if i.Kind != None {
		rate := r.rate(countFound)
		rates.Found = &rate
	}
	return rates
}

func (r *resampled) shown(rule int) MetricShown {
	of := func(count int) Rate { return r.rate(ruleCount(rule, count)) }
	return MetricShown{Red: of(ruleRed), Pass: of(rulePass), Inconclusive: of(ruleInconclusive), NotGated: of(ruleNotGated)}
}

// power is how often one rule alone is red.
func (p *pool) power(ctx context.Context, plan *Plan, rule int) (*Rate, error) {
	rules := plan.Policy.Rules
	r, err := p.alone(rules[rule].Metric).resample(ctx, plan.Draws, len(rules), byGate(plan, p.injection))
	if err != nil {
		return nil, err
	}
	rate := r.rate(ruleCount(rule, ruleRed))
	return &rate, nil
}

// changed is by how much the metric really was worse in the valid blocks.
func (p *pool) changed(rule gate.Rule) (change, difference *float64) {
	var differences []float64
	logs := p.logs(rule)
	for i := range p.blocks {
		b := &p.blocks[i]
		if v, ok := b.Values[rule.Metric]; ok && b.Invalid == "" {
			differences = append(differences, v[gate.Candidate]-v[gate.Base])
		}
	}
	if m, ok := stats.Median(logs); ok {
		m = math.Expm1(m)
		change = &m
	}
	if m, ok := stats.Median(differences); ok {
		difference = &m
	}
	return change, difference
}

// logs are the signed logarithms of a metric in the valid blocks, in their order.
func (p *pool) logs(rule gate.Rule) []float64 {
	var logs []float64
	for i := range p.blocks {
		b := &p.blocks[i]
		if v, ok := b.Values[rule.Metric]; ok && b.Invalid == "" {
			if x, ok := v.Log(rule.Higher); ok {
				logs = append(logs, x)
			}
		}
	}
	return logs
}

// asked is what was set: the settings, and the median of what was asked for.
func (p *pool) asked() (setting string, asked *float64) {
	var settings []string
	var sizes []float64
	for _, in := range p.injected {
		if in.Setting != "" && !slices.Contains(settings, in.Setting) {
			settings = append(settings, in.Setting)
		}
		if in.Asked != 0 {
			sizes = append(sizes, in.Asked)
		}
	}
	if m, ok := stats.Median(sizes); ok {
		asked = &m
	}
	if len(settings) > 2 {
		settings = []string{settings[0], "…", settings[len(settings)-1]}
	}
	return strings.Join(settings, " "), asked
}
