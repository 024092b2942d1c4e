package plan

import (
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

// moment is a part of the window in which nothing changes that a ceiling
// depends on, and a row and a load in it.
type moment struct {
	plan      *Plan
	row       *Row
	load      *scenario.Load
	providers []scenario.Provider
	from, to  time.Duration // after the start of measurement
	req       *request
}

// behaviours cuts the window at the steps of the timeline: each part with the
// providers as they behave in it, and what a request of the row takes then.
func (p *Plan) behaviours(row *Row) []moment {
	now := slices.Clone(p.Scenario.Providers)
	list := []moment{{plan: p, row: row, to: p.Scenario.Duration, providers: slices.Clone(now)}}
	for _, step := range p.Scenario.Timeline {
		for _, changed := range step.Providers {
			i := slices.IndexFunc(now, func(q scenario.Provider) bool { return q.Channel == changed.Channel })
			now[i] = changed
		}
		last := &list[len(list)-1]
		if last.to = step.At; last.from == last.to { // a step at the very start
			list = list[:len(list)-1]
		}
		list = append(list, moment{plan: p, row: row, from: step.At, to: p.Scenario.Duration, providers: slices.Clone(now)})
	}
	for i := range list {
		list[i].req = requestOf(p.Scenario, row, list[i].providers)
	}
	return list
}

// manyCrossings is beyond what a reader wants to be told: a load that swings more
// often than that counts with its mean.
const manyCrossings = 16

// crossings cuts the parts of the window further, where the load comes to exceed
// the lowest of the other ceilings and where it falls below it again.
func crossings(behaviours []moment, load *scenario.Load) []moment {
	var list []moment
	for _, m := range behaviours {
		m.load = load
		from := m.from
		for _, at := range m.edges() {
			part := m
			part.from, part.to = from, at
			list, from = append(list, part), at
		}
		m.from = from
		list = append(list, m)
	}
	return list
}

// edges are the times at which the load crosses the lowest other ceiling, to a
// millisecond.
func (m moment) edges() []time.Duration {
	low := m.lowest()
	if low == 0 || !shape.Changing(m.load.Shape) {
		return nil
	}
	above := func(t time.Duration) bool { return m.load.Shape.Rate(t) > low }
	var edges []time.Duration
	step := max(time.Millisecond, (m.to-m.from)/2000)
	for t := m.from; t+step < m.to; t += step {
		if before := above(t); before != above(t+step) {
			n := sort.Search(int(step/time.Millisecond), func(i int) bool {
				return above(t+time.Duration(i)*time.Millisecond) != before
			})
			edges = append(edges, (t + time.Duration(n)*time.Millisecond).Round(time.Millisecond))
		}
	}
	edges = slices.DeleteFunc(edges, func(t time.Duration) bool { return t <= m.from || t >= m.to })
	if len(edges) > manyCrossings {
		return nil
	}
	return slices.Compact(edges)
}

// lowest is the lowest ceiling other than the offered rate; 0 where there is none.
func (m moment) lowest() (low float64) {
	for _, k := range kinds() {
		if k.kind == kindRate {
			continue
		}
		if rate, _, ok := k.of(m); ok && (low == 0 || rate < low) {
			low = rate
		}
	}
	return low
}

// over joins one kind of ceiling over the moments of the window; not ok where one
// of them has none: then the window has none.
func (k ceiling) over(moments []moment) (record.Ceiling, bool) {
	var phases []record.CeilingPhase
	total, length := 0.0, 0.0
	for _, m := range moments {
		rate, why, ok := k.of(m)
		if !ok {
			return record.Ceiling{}, false
		}
		total, length = total+rate*(m.to-m.from).Seconds(), length+(m.to-m.from).Seconds()
		if n := len(phases); n > 0 && phases[n-1].Why == why {
			phases[n-1].To = m.to
			continue
		}
		phases = append(phases, record.CeilingPhase{From: m.from, To: m.to, Rate: rate, Why: why})
	}
	if len(phases) == 1 {
		return record.Ceiling{Kind: k.kind, Rate: phases[0].Rate, Why: phases[0].Why}, true
	}
	return record.Ceiling{Kind: k.kind, Rate: total / length, Why: phaseWords(phases), Phases: phases}, true
}

// phaseWords is "A until 5s, then B until 10s, then A".
func phaseWords(phases []record.CeilingPhase) string {
	words := make([]string, len(phases))
	for i, p := range phases {
		words[i] = p.Why
		if i < len(phases)-1 {
			words[i] += " until " + p.To.String()
		}
	}
	return strings.Join(words, ", then ")
}
