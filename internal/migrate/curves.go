package migrate

import (
	"math"

	"github.com/notifybench/notifybench/internal/record"
)

// Curve is a row's cost of a million notifications over the rate.
type Curve struct {
	Row    string  `json:"row"`
	Points []Point `json:"points"`
}

// Point is the cost at a rate.
type Point struct {
	Rate  float64 `json:"rate"`
	Cost  Figure  `json:"cost"`
	Whole Figure  `json:"whole"` // with whole cores for every instance
}

// perDecade is how many points of a curve lie between a rate and ten times it: so many
// that the step to one more instance looks like one.
const perDecade = 200

// curves go from the lowest rate of the plan to the highest.
func curves(run *record.Run, plan *record.Migrate, models map[string]*model) []Curve {
	first, last := plan.Rates[0], plan.Rates[len(plan.Rates)-1]
	n := int(math.Ceil(perDecade*math.Log10(last/first))) + 1
	var all []Curve
	for i := range run.Subjects {
		m := models[run.Subjects[i].ID]
		if m == nil || n < 2 {
			continue
		}
		c := Curve{Row: run.Subjects[i].ID}
		for k := range n {
			rate := first * math.Pow(last/first, float64(k)/float64(n-1))
			need := m.need(rate, plan)
			c.Points = append(c.Points, Point{rate, need.Cost, need.CostWhole})
		}
		all = append(all, c)
	}
	return all
}
