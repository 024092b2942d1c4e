package metric

import (
	"math"
	"slices"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// tally counts the work of a cell, or of several: what its notifications had the
// providers do. The ledger tells exactly whose the accepted calls were, so the
// warm-up and what was cut off at the end take no part. Whose a failed call was is
// not known: see channelTally.failed.
type tally struct {
	why     string // why nothing is known of the calls; empty: it is
	carried uint64 // requests of the window that were carried to their end
	maybe   uint64 // that may have been carried: refused, failed or unanswered, and no call was accepted
	cut     uint64 // without an answer, of which a call was accepted
	half    uint64 // queued ones that a server may have left with a part of their calls made
	again   bool   // a process was killed, or started again: what it had begun is sent again

	sent      uint64 // the warm-up included
	generator uint64 // connections it opened
	channels  []channelTally
}

// channelTally counts what one provider saw.
type channelTally struct {
	name     string
	due      float64 // calls of a notification
	accepted uint64  // of the carried
	// failed are the calls that were not accepted, spread evenly over the warm-up and
	// the window; spread is the variance of that guess. Of a row that makes each call
	// once no more of them lie in the warm-up than requests of it failed.
	failed, spread float64
	failedAll      uint64 // the warm-up's included
	faulted        uint64 // accepted with a fault that the caller takes for a failure
	received       uint64 // the warm-up's included
	bytes          uint64 // of the bodies received
	peak           int64  // in flight
	connections    uint64
}

// work counts the requests of a cell while they are read.
type work struct {
	carried, maybe, cut uint64
	accepted            []uint64 // of the carried, by channel
	taken               []int    // of the request being read, by channel
}

// take looks up what the providers accepted of a request: its number K is one of the
// whole attack, so that the ledger knows those of the window from the warm-up's.
func (f *facts) take(q *record.Request) {
	if f.accepted == nil {
		f.accepted, f.taken = make([]uint64, len(f.run.Scenario.Channels)), make([]int, len(f.run.Scenario.Channels))
	}
	for i, channel := range f.run.Scenario.Channels {
		f.taken[i] = f.ledger.Accepted(channel, q.K)
	}
}

// carry counts a request by what the providers accepted of it.
func (f *facts) carry(q *record.Request) {
	touched := false
	for _, n := range f.taken {
		touched = touched || n > 0
	}
	switch o := q.Outcome; {
	case o == record.OutcomeOK, o == record.OutcomePartial, o == record.OutcomeWrong, touched && o.Answered():
		f.carried++
		for i, n := range f.taken {
			f.accepted[i] += uint64(n)
		}
	case touched:
		f.cut++
	default:
		f.maybe++
	}
}

// tally closes the books of the cell.
func (f *facts) tally() tally {
	g, s := &f.cell.Generator, &f.cell.Server
	t := tally{why: f.uncounted(), carried: f.carried, maybe: f.maybe, cut: f.cut, half: f.halfDone(),
		again: s.Killed > 0 || s.Resumed != nil, sent: g.Sent + g.WarmupSent, generator: g.Connections}
	for name, p := range f.providers() {
		c := channelTally{name: name, due: float64(f.run.Scenario.CallsPer(name)), failedAll: p.Calls - min(p.Calls, p.Accepted),
			received: p.Calls, bytes: p.BytesIn, peak: p.InFlightPeak, connections: p.Connections}
		for _, fault := range []string{contract.FaultLost, contract.FaultMalformed, contract.FaultDrip} {
			c.faulted += p.Faults[fault]
		}
		if t.why == "" && f.accepted != nil { // of no request nothing
			c.accepted = f.accepted[len(t.channels)]
			c.failed, c.spread = f.failedOf(&c)
		}
		t.channels = append(t.channels, c)
	}
	return t
}

// uncounted says why the calls cannot be counted by notification.
func (f *facts) uncounted() string {
	if v := f.deliveries(func(delivery) uint64 { return 0 }); !v.OK {
		return v.Why
	}
	for _, name := range f.run.Scenario.Channels {
		p, ok := f.cell.Providers.Providers[name]
		if !ok {
			return "provider " + name + " reported nothing"
		}
		if p.Untagged > 0 {
			return "calls to " + name + " came without the mark that tells whose they are"
		}
	}
	return ""
}

// failedOf is how many of a provider's failed calls are the window's, and the
// variance of that guess.
func (f *facts) failedOf(c *channelTally) (failed, spread float64) {
	g := &f.cell.Generator
	warmup := g.WarmupSent
	for _, late := range g.WarmupLate {
		if late.Outcome == record.OutcomeUnfinished {
			warmup -= min(warmup, 1)
		}
	}
	if c.failedAll == 0 || f.carried+warmup == 0 {
		return 0, 0
	}
	all, share := float64(c.failedAll), float64(f.carried)/float64(f.carried+warmup)
	early := all * (1 - share)
	if g.WarmupGood != nil && f.subject.Attempts() == 1 {
		early = min(early, float64(g.WarmupSent-min(g.WarmupSent, *g.WarmupGood))*c.due)
	}
	return all - early, early * share
}

// halfDone is how many queued notifications the server may have left with a part of
// their calls made.
func (f *facts) halfDone() uint64 {
	if !f.subject.Queues() {
		return 0
	}
	workers, _ := strconv.ParseUint(f.subject.Settings["queue_workers"], 10, 32)
	n := uint64(f.cell.Server.Killed) * workers
	if d := f.cell.Server.Drain; d != nil {
		n += d.Dropped + f.cell.Server.Left()
	}
	return n
}

// add takes up another cell of the row.
func (t *tally) add(o *tally) {
	if t.channels == nil {
		*t = *o
		t.channels = slices.Clone(o.channels)
		return
	}
	if t.why == "" {
		t.why = o.why
	}
	t.carried += o.carried
	t.maybe += o.maybe
	t.cut += o.cut
	t.half += o.half
	t.again = t.again || o.again
	t.sent += o.sent
	t.generator += o.generator
	for i := range min(len(t.channels), len(o.channels)) {
		t.channels[i].add(&o.channels[i])
	}
}

// addSlice takes up another slice of the trial. The slices share the connections to
// their providers, who count all since their start.
func (t *tally) addSlice(o *tally) {
	before := slices.Clone(t.channels)
	t.add(o)
	for i := range before {
		t.channels[i].connections = max(before[i].connections, o.channels[i].connections)
	}
}

func (c *channelTally) add(o *channelTally) {
	c.accepted += o.accepted
	c.failed += o.failed
	c.spread += o.spread
	c.failedAll += o.failedAll
	c.faulted += o.faulted
	c.received += o.received
	c.bytes += o.bytes
	c.peak = max(c.peak, o.peak)
	c.connections += o.connections
}

// calls is how many calls a carried notification had a provider receive, and between
// which bounds that lies: a failed call may be one of the warm-up, or of a request
// that is not known to have been carried.
func (t *tally) calls(c *channelTally) (v, least, most float64) {
	failed := 0.0
	for i := range t.channels {
		failed += t.channels[i].failed
	}
	carried := float64(t.carried)
	among := func(more uint64) float64 { return carried + min(float64(more), failed) }
	v = (float64(c.accepted) + c.failed) / among(t.maybe)
	surely := max(0, c.failed-standardErrors*math.Sqrt(c.spread))
	least = (float64(c.accepted) + surely) / among(t.maybe+t.cut)
	most = (float64(c.accepted+c.failedAll) + min(float64(t.half), carried)*c.due) / carried
	return v, least, most
}

// doubled is how many calls beyond its due a notification had a provider accept that
// no failure explains.
func (t *tally) doubled(c *channelTally) float64 {
	if t.again {
		return 0
	}
	causes := c.failedAll + c.faulted
	return float64(c.accepted-min(c.accepted, causes))/float64(t.carried) - c.due
}
