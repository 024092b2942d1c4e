package main

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// counts is a ledger of a test: by provider and k.
type counts map[string]map[uint64]int

func (c counts) Accepted(provider string, k uint64) int { return c[provider][k] }

func answer(id string, statuses ...string) contract.Answer {
	a := contract.Answer{ID: id, Status: statuses[0], Channels: map[string]contract.ChannelResult{}}
	for i, status := range statuses[1:] {
		a.Channels[contract.Channels()[i]] = contract.ChannelResult{Status: status}
	}
	return a
}

const (
	sent   = contract.StatusSent
	queued = contract.StatusQueued
)

func TestFateOf(t *testing.T) {
	for _, c := range []struct {
		times        int
		said, stored string
		want         fate
	}{
		{1, sent, sent, delivered},
		{2, contract.StatusFailed, contract.StatusFailed, delivered},
		{1, "", "", delivered},
		{0, sent, sent, falsely},
		{0, sent, "", falsely},
		{0, sent, contract.StatusFailed, falsely}, // what was answered stays answered
		{0, "", sent, falsely},
		{0, "", contract.StatusPartial, falsely},
		{0, "", contract.StatusFailed, failed},
		{0, contract.StatusFailed, "", failed},
		{0, contract.StatusFailed, contract.StatusSending, failed}, // the store came too late
		{0, contract.StatusUnknown, contract.StatusFailed, failed}, // the store knows more
		{0, "", contract.StatusExpired, failed},
		{0, "", contract.StatusUnknown, unknown},
		{0, "", contract.StatusSuppressed, suppressed},
		{0, "", "", lost},
		{0, queued, queued, lost},
		{0, queued, contract.StatusRetrying, lost},
		{0, "", "no such status", lost},
	} {
		if got := fateOf(c.times, c.said, c.stored); got != c.want {
			t.Errorf("accepted %d times, answered %q, stored %q: %s, want %s", c.times, c.said, c.stored, got, c.want)
		}
	}
}

// TestMemory: what a killed process had in memory has died; what one had that lives on
// is lost, unless it says so.
func TestMemory(t *testing.T) {
	one := answer("a", queued)
	f := func(pid, repeats, dropped int, memory bool, killed ...int) facts {
		all := map[int]bool{}
		for _, p := range killed {
			all[p] = true
		}
		return facts{ledger: counts{}, memory: memory, dropped: dropped, killed: all,
			outcomes: []outcome{{K: 1, Code: 202, Answer: &one, PID: pid, Repeats: repeats}}}
	}
	for _, c := range []struct {
		facts facts
		want  fate
	}{
		{f(7, 0, 0, true, 7), died},
		{f(7, 0, 0, true, 8), lost},
		{f(7, 1, 0, true, 8), died}, // the first try may have gone to 8
		{f(0, 0, 0, true, 8), died}, // it does not say which
		{f(0, 3, 0, true), lost},    // nobody was killed
		{f(7, 0, 1, true, 8), dropped},
		{f(7, 0, 1, false, 7), lost}, // a durable queue has no excuse
	} {
		v := join(c.facts)
		if v.Channels[c.want] != len(contract.Channels()) || v.Unsettled != 1 {
			t.Errorf("%+v: %v, want %s", c.facts, v.Channels, c.want)
		}
		if bad := c.want == lost; (v.wrong() > 0) != bad || (len(v.Examples) > 0) != bad {
			t.Errorf("%+v: wrong %d, examples %v", c.facts, v.wrong(), v.Examples)
		}
	}
}

// A good answer that cannot be read is a promise all the same.
func TestUnreadableAnswer(t *testing.T) {
	v := join(facts{ledger: counts{contract.Email: {1: 1}}, outcomes: []outcome{{K: 1, Code: 200}}})
	if v.Accepted != 1 || v.Channels[delivered] != 1 || v.Channels[lost] != 2 {
		t.Errorf("%+v", v)
	}
}

// A server that says it dropped one cannot excuse two by it.
func TestDroppedIsCounted(t *testing.T) {
	a, b := answer("a", queued), answer("b", queued)
	v := join(facts{ledger: counts{}, memory: true, dropped: 1,
		outcomes: []outcome{{K: 1, Code: 202, Answer: &a, PID: 1}, {K: 2, Code: 202, Answer: &b, PID: 1}}})
	if n := len(contract.Channels()); v.Channels[dropped] != n || v.Channels[lost] != n {
		t.Errorf("%v", v.Channels)
	}
}

// Where a refusal says that one channel was sent, it was.
func TestFalseRefusal(t *testing.T) {
	a := answer("a", contract.StatusFailed, sent, contract.StatusFailed, sent)
	v := join(facts{ledger: counts{contract.Push: {1: 1}}, outcomes: []outcome{{K: 1, Code: 502, Answer: &a}}})
	if v.FalseAlso != 1 || v.Refused != 1 || v.wrong() != 1 {
		t.Errorf("%+v", v)
	}
}

func drawFacts(t *rapid.T) facts {
	status := rapid.SampledFrom([]string{"", queued, contract.StatusSending, contract.StatusRetrying, sent, contract.StatusFailed,
		contract.StatusExpired, contract.StatusUnknown, contract.StatusSuppressed})
	f := facts{stored: map[string]contract.Answer{}, killed: map[int]bool{}, memory: rapid.Bool().Draw(t, "memory"),
		dropped: rapid.IntRange(0, 3).Draw(t, "dropped")}
	if rapid.Bool().Draw(t, "kill") {
		f.killed[1] = true
	}
	l := counts{}
	for _, channel := range contract.Channels() {
		l[channel] = map[uint64]int{}
	}
	f.ledger = l
	for k := range rapid.IntRange(0, 10).Draw(t, "requests") {
		o := outcome{K: uint64(k), Code: rapid.SampledFrom([]int{0, 200, 202, 207, 409, 502, 503}).Draw(t, "code"),
			PID: rapid.IntRange(0, 2).Draw(t, "pid"), Repeats: rapid.IntRange(0, 1).Draw(t, "repeats"), Unsent: rapid.Bool().Draw(t, "unsent")}
		id := rapid.StringMatching("[a-z]{3}").Draw(t, "id")
		draw := func(what string) contract.Answer {
			return answer(id, status.Draw(t, what), status.Draw(t, what), status.Draw(t, what), status.Draw(t, what))
		}
		if rapid.Bool().Draw(t, "answered") {
			a := draw("said")
			o.Answer = &a
		}
		if rapid.Bool().Draw(t, "kept") {
			f.stored[id] = draw("stored")
		}
		for _, channel := range contract.Channels() {
			l[channel][o.K] = rapid.IntRange(0, 2).Draw(t, "accepted")
		}
		f.outcomes = append(f.outcomes, o)
	}
	return f
}

// TestNothingVanishes: every request and every channel is counted exactly once, and a
// delivery more never makes a verdict worse.
func TestNothingVanishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		v := join(f)
		if v.Unsent+v.Accepted+v.Refused+v.Silent != v.Requests || v.Requests != len(f.outcomes) {
			t.Fatalf("%+v", v)
		}
		sum := 0
		for n := range maps.Values(v.Channels) {
			sum += n
		}
		if sum != len(contract.Channels())*v.Accepted {
			t.Fatalf("%d channels of %d notifications: %v", sum, v.Accepted, v.Channels)
		}
		if !f.memory && v.Channels[died]+v.Channels[dropped] > 0 || v.Channels[dropped] > f.dropped*len(contract.Channels()) {
			t.Fatalf("excused: %v", v.Channels)
		}
		for _, channel := range contract.Channels() {
			for k := range f.outcomes {
				f.ledger.(counts)[channel][uint64(k)]++
			}
		}
		if w := join(f); w.wrong() > 0 || w.Channels[delivered] != sum {
			t.Fatalf("all delivered, and %+v", w)
		}
	})
}
