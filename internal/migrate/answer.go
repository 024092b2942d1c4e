package migrate

import (
	"github.com/notifybench/notifybench/internal/record"
)

// kindWorkers is the ceiling of a row whose workers block.
const kindWorkers = "workers"

// Answer compares a row whose workers block with the cheapest row of the same language
// whose do not.
type Answer struct {
	From  string `json:"from"` // the row that blocks
	To    string `json:"to"`
	Gains []Gain `json:"gains"`
	// Limit is the ceiling of one instance of From, in words.
	Limit string `json:"limit"`
	// Waits is for how long a notification occupies a worker of From, and Break how short
	// that would have to be for its cores to give out before its workers; in seconds.
	Waits float64 `json:"waits"`
	Break Figure  `json:"break"`
}

// Gain is how many times as much From costs at a rate.
type Gain struct {
	Rate     float64 `json:"rate"`
	FromCost Figure  `json:"from_cost"`
	ToCost   Figure  `json:"to_cost"`
	Times    Figure  `json:"times"`
	// Whole is the same where every instance has whole cores.
	Whole Figure `json:"times_whole_vcpus"`
}

// answers lists one for every row that blocks and has another to migrate to.
func answers(run *record.Run, plan *record.Migrate, models map[string]*model) []Answer {
	var all []Answer
	for i := range run.Subjects {
		from := models[run.Subjects[i].ID]
		if from == nil || from.limit.kind != kindWorkers {
			continue
		}
		if to := cheapest(run, plan, models, from); to != nil {
			all = append(all, answer(plan, from, to))
		}
	}
	return all
}

// cheapest is the row of the same language, without workers that block, that costs least
// at the highest rate.
func cheapest(run *record.Run, plan *record.Migrate, models map[string]*model, from *model) (best *model) {
	top := plan.Rates[len(plan.Rates)-1]
	for i := range run.Subjects {
		m := models[run.Subjects[i].ID]
		if m == nil || m.limit.kind == kindWorkers || m.subject.Language != from.subject.Language {
			continue
		}
		if best == nil || m.need(top, plan).Cost.V < best.need(top, plan).Cost.V {
			best = m
		}
	}
	return best
}

func answer(plan *record.Migrate, from, to *model) Answer {
	a := Answer{From: from.subject.ID, To: to.subject.ID, Limit: from.limit.why, Waits: from.path}
	for _, rate := range plan.Rates {
		f, t := from.need(rate, plan), to.need(rate, plan)
		a.Gains = append(a.Gains, Gain{rate, f.Cost, t.Cost, f.Cost.over(t.Cost), f.CostWhole.over(t.CostWhole)})
	}
	// Workers and cores give out at the same rate where workers / wait = cores / cost.
	workers := from.limit.rate * from.path
	rate := from.limit.rate * plan.Utilisation
	a.Break = between(from.cost.ranged(), func(s side) float64 { return workers * from.cost.at(rate, s) / from.cores })
	return a
}

// worth is the saving below which nobody migrates: cores cost alike for all that need
// one, and a few megabytes would decide.
const worth = 1.05

// Pays says from which of the rates on From costs at least 5% more than To, whatever the
// trials leave open; 0: at none up to the highest.
func (a *Answer) Pays(of func(*Gain) Figure) (from float64) {
	for i := len(a.Gains) - 1; i >= 0; i-- {
		f := of(&a.Gains[i])
		if f.Interval == nil || f.Interval.Lo < worth {
			break
		}
		from = a.Gains[i].Rate
	}
	return from
}
