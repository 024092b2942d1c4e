package metric

import (
	"fmt"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Observe judges one cell of a record as a trial of a capacity search.
func Observe(src Source, index int) (capacity.Observation, error) {
	run := src.Run()
	if index < 0 || index >= len(run.Cells) {
		return capacity.Observation{}, fmt.Errorf("the record has no cell %d", index)
	}
	c := &run.Cells[index]
	g := &c.Generator
	if c.Status != record.StatusOK {
		if c.Died { // the server did not survive it
			n := max(1, int(g.Scheduled))
			return capacity.Observation{Scheduled: n, Bad: n, Why: c.Error}, nil
		}
		return capacity.Observation{Invalid: c.Error}, nil
	}
	f, err := factsOf(src, c)
	if err != nil {
		return capacity.Observation{}, err
	}
	f.bound = findBound(f)
	o := capacity.Observation{Scheduled: int(g.Scheduled), Bad: int(g.Scheduled) - f.timely}
	_, o.Growing = f.backlog()
	o.Why = f.badWords(&o)
	o.Invalid, o.Generator = f.unbelieved(judge(f))
	if v := cpuPerRequest.of(f); v.OK {
		o.CPU = time.Duration(v.V / float64(f.serverCores()))
	}
	if m, ok := stats.Quantile(f.service, 0.5); ok && m != never {
		o.Latency = time.Duration(m)
	}
	return o, nil
}

// unbelieved gives the reasons why a trial is not valid, and says whether the
// generator or the providers are among them. That the server was overloaded is
// none: it is what the search looks for.
func (f *facts) unbelieved(v Verdict) (why string, generator bool) {
	for _, finding := range v.Findings {
		if finding.Level != Invalid || f.ofOverload(finding.Check) {
			continue
		}
		why = join(why, finding.Text)
		switch finding.Check {
		case checkLoadCPU.ID, checkSendLag.ID, checkSent.ID, checkProviders.ID:
			busy := f.cell.Machine.LoadBusy
			generator = generator || busy != nil && *busy > 0.6
		}
	}
	return why, generator
}

// ofOverload says that a check has found nothing but an overloaded server: the
// accept queue of one whose backlog grows may run over.
func (f *facts) ofOverload(check string) bool {
	_, growing := f.backlog()
	switch check {
	case checkSent.ID:
		return f.filled()
	case checkNetwork.ID:
		return growing || f.filled()
	}
	return false
}

// filled says that requests were not sent because as many as may be were in
// flight, while the generator had time to spare.
func (f *facts) filled() bool {
	limit, busy := f.run.Scenario.MaxInFlight, f.cell.Machine.LoadBusy
	return limit > 0 && f.cell.Generator.InFlightPeak >= limit && (busy == nil || *busy <= 0.8)
}

// badWords says what was bad about the requests of a trial, most telling first.
func (f *facts) badWords(o *capacity.Observation) string {
	g := &f.cell.Generator
	due := float64(max(g.Scheduled, 1))
	var parts []string
	if rate, growing := f.backlog(); growing {
		parts = append(parts, fmt.Sprintf("the backlog grew by %s", PerSecond.Format(rate)))
	}
	if share := float64(f.tardy) / due; f.tardy > 0 {
		words := percent(share) + " of requests late"
		if share > capacity.MissRatio {
			words = fmt.Sprintf("p99 over %v (%s)", f.run.Scenario.SLO.P99, words)
		}
		parts = append(parts, words)
	}
	for _, outcome := range record.Outcomes() {
		if n := g.Outcomes[outcome]; n > 0 && !outcome.Good() {
			parts = append(parts, fmt.Sprintf("%s %s", percent(float64(n)/due), outcome))
		}
	}
	if g.Unsent > 0 {
		parts = append(parts, fmt.Sprintf("%s unsent", percent(float64(g.Unsent)/due)))
	}
	for _, e := range g.Errors[:min(2, len(g.Errors))] {
		parts = append(parts, fmt.Sprintf("%q × %d", e.Text, e.Count))
	}
	if o.Bad > 0 && len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%s of %s bad", Thousands(fmt.Sprint(o.Bad)), Count(g.Scheduled, "request")))
	}
	return list(parts)
}

// judged is the time within which 99 of 100 requests were answered: what a search
// goes by, however few they are. Requests without an answer count as longer than any.
func (f *facts) judged() Value {
	if why, ok := f.raw(); !ok {
		return missing(why)
	}
	n := len(f.response)
	if n == 0 {
		return missing("nothing fell due")
	}
	bad := int(math.Floor(capacity.MissRatio * float64(n)))
	if v := f.response[n-1-bad]; v != never {
		return known(float64(v))
	}
	v := unbounded(float64(f.patience()), "> "+Time(float64(f.patience())), "that many requests had no answer")
	v.Beyond = v.V
	return v
}
