package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// Miss says that the providers alone break the objective of a row, in which part.
type Miss struct {
	P99    time.Duration `json:"p99,omitempty"`    // of the provider path; 0: this part can be met
	Errors float64       `json:"errors,omitempty"` // share of requests of which a call fails; 0: this part can be met
}

// missed judges the objective by the providers as they are before the timeline
// changes them; nil where it can be met. A request fails with any of its calls, and a
// call with the last of its attempts. A row that queues answers before it calls.
func missed(sc *scenario.Scenario, row *Row) *Miss {
	if row.Resolved.Queues() {
		return nil
	}
	var m Miss
	req, attempts := requestOf(sc, row, sc.Providers), float64(row.Resolved.Attempts())
	if p99 := req.path.Quantile(0.99); p99 > sc.SLO.P99 {
		m.P99 = p99
	}
	good := 1 - math.Pow(req.late, attempts)
	for _, p := range sc.Providers {
		good *= math.Pow(1-math.Pow(failing(p), attempts), float64(sc.CallsPer(p.Channel)))
	}
	const rounding = 1e-9
	if bad := 1 - good; bad > sc.SLO.Errors+rounding {
		m.Errors = bad
	}
	if m == (Miss{}) {
		return nil
	}
	return &m
}

// checkObjective refuses an objective that no row can meet, with the row that
// comes nearest. Where some can, the plan says of the others that they cannot.
func (p *Plan) checkObjective() error {
	var slowest, failing *Row // the least so
	for i := range p.Rows {
		row := &p.Rows[i]
		m := row.Misses
		if m == nil {
			return nil
		}
		if m.P99 > 0 && (slowest == nil || m.P99 < slowest.Misses.P99) {
			slowest = row
		}
		if m.Errors > 0 && (failing == nil || m.Errors < failing.Misses.Errors) {
			failing = row
		}
	}
	var problems strict.Problems
	note := func(what, instead string) {
		at := p.Scenario.SLO.Pos
		problems = append(problems, strict.Problem{File: at.File, Line: at.Line, Column: at.Column, What: what, Instead: instead})
	}
	if slowest != nil {
		note(fmt.Sprintf("%s (row %s)", p.slow(slowest), slowest.ID),
			fmt.Sprintf("write p99 ≥ %s, or faster providers", format(slowest.Misses.P99)))
	}
	if failing != nil {
		note(fmt.Sprintf("%s (row %s)", p.fails(failing), failing.ID),
			fmt.Sprintf("write errors ≥ %s, or lower error rates", percent(failing.Misses.Errors)))
	}
	return problems.Err()
}

func (p *Plan) slow(row *Row) string {
	return fmt.Sprintf("slo p99 %s: the providers alone take %s at p99 with %s calls",
		format(p.Scenario.SLO.P99), format(row.Misses.P99), row.Resolved.Fanout)
}

func (p *Plan) fails(row *Row) string {
	return fmt.Sprintf("slo errors %s: provider calls fail or time out in %s of all requests",
		percent(p.Scenario.SLO.Errors), percent(row.Misses.Errors))
}

// missesInWords says in which parts a row cannot meet the objective; empty where it can.
func (p *Plan) missesInWords(row *Row) (words string) {
	if row.Misses == nil {
		return ""
	}
	if row.Misses.P99 > 0 {
		words += "; cannot meet " + p.slow(row)
	}
	if row.Misses.Errors > 0 {
		words += "; cannot meet " + p.fails(row)
	}
	return words
}

// percent shows a share with as many digits as it takes to tell it apart.
func percent(share float64) string { return fmt.Sprintf("%.3g%%", 100*share) }

// failing is the share of a provider's calls that fail however long the service
// waits: of the faults, those without an answer.
func failing(p scenario.Provider) float64 {
	share := p.ErrorRate
	for _, fault := range []string{contract.FaultReset, contract.FaultHang, contract.FaultEmpty, contract.FaultLost} {
		share += p.Faults[fault]
	}
	return share
}
