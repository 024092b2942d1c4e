package metric

import (
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// warmup adds what the window owes to requests sent before it. In an overloaded
// server that may be all there is: what it completes had been waiting since the
// warm-up. The record keeps only when those were answered; the rest is from the
// generator's ticks.
func (f *facts) warmup(ticks []record.Tick, trimmed bool) {
	if trimmed {
		f.lateGood = f.lateIn
		return
	}
	f.judgeLate(ticks)
	f.addAbandoned(ticks)
}

// judgeLate tells how many of the warm-up's requests answered in the window were
// answered well: all but those that the ticks, which count by time of completion
// whatever was sent when, saw go wrong beyond the bad ones on file. Bad ones are
// compared rather than good ones because there are hardly any: a tick taken a
// little late then misjudges none of the answers at its edge.
func (f *facts) judgeLate(ticks []record.Tick) {
	bad := -f.badTicked
	for _, t := range ticks {
		if at := tickTime(t); at > 0 && at <= f.lastTick() {
			bad += int(t.Bad)
		}
	}
	f.lateGood = f.lateIn - min(max(0, bad), f.lateIn)
}

// lastTick is the end of the last tick that lies within the window as a whole.
func (f *facts) lastTick() time.Duration {
	return f.cell.Generator.Window.Truncate(record.TickLength)
}

// addAbandoned counts as in flight through the whole window those of the
// warm-up's requests that were in flight at its start and never got an answer.
func (f *facts) addAbandoned(ticks []record.Tick) {
	g := &f.cell.Generator
	unanswered := 0
	for outcome, n := range g.Outcomes {
		if !outcome.Answered() {
			unanswered += int(n)
		}
	}
	ofWarmup := int(g.Unanswered) - unanswered
	for _, t := range ticks {
		if tickTime(t) != 0 {
			continue
		}
		for range min(ofWarmup, t.InFlight-len(g.WarmupLate)) {
			f.occupy(0, g.Window)
		}
	}
}

// tickTime is the time a tick stands for: it may be taken a little late.
func tickTime(t record.Tick) time.Duration { return t.At.Round(record.TickLength) }
