package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// coresOf is how many cores a side has: all of them where it is not pinned.
func coresOf(pinned []int, r *record.Run) int {
	if len(pinned) == 0 {
		return max(1, r.Environment.Cores)
	}
	return len(pinned)
}

// slicePair is a slice of either arm under one load, neighbours in time.
type slicePair [2]*metric.Cell

// leastPairs is the share of a load's pairs of slices that must be valid.
const leastPairs = 0.5

// pairsOf are the pairs of slices of which both are to be believed, by load: what
// disturbs one costs both. Why says what disturbed so many that the block is invalid.
func pairsOf(r *record.Run, s *metric.Summary) (byLoad map[string][]slicePair, why string) {
	all, whys := map[string]map[int]slicePair{}, map[string]int{}
	for i := range s.Cells {
		c := &s.Cells[i]
		if all[c.Load] == nil {
			all[c.Load] = map[int]slicePair{}
		}
		pair := all[c.Load][c.Slice]
		pair[armOf(c.Subject)] = c
		all[c.Load][c.Slice] = pair
	}
	byLoad = map[string][]slicePair{}
	for _, load := range slices.Sorted(maps.Keys(all)) {
		pairs := all[load]
		for _, pair := range pairs {
			if why := unbelievable(r, pair); why != "" {
				whys[why]++
				continue
			}
			byLoad[load] = append(byLoad[load], pair)
		}
		if float64(len(byLoad[load])) < leastPairs*float64(len(pairs)) {
			return nil, commonest(whys)
		}
	}
	return byLoad, ""
}

func armOf(subject string) gate.Arm {
	if subject == gate.Base.String() {
		return gate.Base
	}
	return gate.Candidate
}

// ownFaults are the checks that find the fault with the server, which no figure shows.
var ownFaults = []string{"server", "conservation", "provider-path"}

// unbelievable says what makes a pair of slices not to be believed; empty: nothing.
func unbelievable(r *record.Run, pair slicePair) string {
	for arm, c := range pair {
		switch {
		case c == nil:
			return "a slice was not measured"
		case c.Status != record.StatusOK:
			return c.Status + ": " + c.Error
		case faultOf(c) != "":
			return "a fault of the " + gate.Arm(arm).String()
		}
		if _, yes := behind(c); yes {
			return "the " + gate.Arm(arm).String() + " fell behind"
		}
		for _, f := range c.Verdict.Findings {
			if f.Level == metric.Invalid && !borne(f.Check, &r.Cells[c.Index].Machine) {
				return limitOf(f.Check)
			}
		}
	}
	return ""
}

// mostSteal is the share of the CPU time that the hypervisor may take away in a slice.
const mostSteal = 0.25

// borne says that what a check finds too much for a figure by itself is not for a ratio of
// neighbours: time that is stolen meets both arms alike. It biases neither; it widens the
// interval, which is what the blocks are for.
func borne(check string, m *record.Machine) bool {
	return check == "steal" && m.Steal != nil && *m.Steal <= mostSteal
}

// faultOf is what a server did in a slice that no figure shows and no machine does to it.
func faultOf(c *metric.Cell) string {
	for _, f := range c.Verdict.Findings {
		if f.Level == metric.Invalid && slices.Contains(ownFaults, f.Check) {
			return f.Text
		}
	}
	if p50 := c.Values[metric.P50]; p50.Unbounded() && p50.Beyond > 0 {
		return "it left most of a slice's requests without an answer: p50 " + p50.Instead
	}
	return ""
}

// behind says that the backlog grew through a slice, and by how much.
func behind(c *metric.Cell) (how string, yes bool) {
	p50 := c.Values[metric.P50]
	return p50.Instead, p50.Unbounded() && p50.Beyond == 0
}

// mostSlices is the share of a load's slices in which a server must fall behind for it to be
// its fault: some tens of milliseconds in which the machine stood still, at the end of a
// slice, look the same.
const mostSlices = 0.5

// faultIn is the first fault of an arm in a block.
func faultIn(s *metric.Summary, arm gate.Arm) string {
	all, late, how := map[string]int{}, map[string]int{}, map[string]string{}
	for i := range s.Cells {
		c := &s.Cells[i]
		if armOf(c.Subject) != arm || c.Status != record.StatusOK {
			continue
		}
		if fault := faultOf(c); fault != "" {
			return fault
		}
		all[c.Load]++
		if text, yes := behind(c); yes {
			late[c.Load]++
			how[c.Load] = text
		}
	}
	for _, load := range slices.Sorted(maps.Keys(late)) {
		if float64(late[load]) > mostSlices*float64(all[load]) {
			return "it could not keep up: " + how[load]
		}
	}
	return ""
}

// limitOf names a check with its limit and without a figure, so that equal reasons are
// counted together.
func limitOf(check string) string {
	for _, c := range metric.Checks() {
		if c.ID == check {
			if check == "steal" {
				return fmt.Sprintf("steal: > %.0f%%", 100*mostSteal)
			}
			return c.ID + ": " + c.Invalid
		}
	}
	return check
}

// commonest is the reason that was given most often, the first in order among equals.
func commonest(whys map[string]int) (why string) {
	for text, n := range whys {
		if n > whys[why] || n == whys[why] && text < why {
			why = text
		}
	}
	return why
}

// fullyBusy is the share of the server's cores from which throughput is the server's.
const fullyBusy = 0.9

// valuesOf is a metric of both arms: the geometric means over the pairs of slices, so
// that the ratio of the two is that of neighbours in time; of a peak the highest. The
// server has so many cores.
func valuesOf(byLoad map[string][]slicePair, r gate.Rule, cores int) (v gate.Pair, why string) {
	pairs := byLoad[r.Load]
	if len(pairs) == 0 {
		return v, "not measured under load " + r.Load
	}
	var logs, peak, busy [2]float64
	for _, pair := range pairs {
		for arm, c := range pair {
			x := c.Values[r.Metric]
			if !x.OK {
				return v, cmp.Or(x.Why, "not measured")
			}
			if x.V <= 0 {
				return v, "it is not above 0"
			}
			logs[arm] += math.Log(x.V) / float64(len(pairs))
			peak[arm] = max(peak[arm], x.V)
			cpu := c.Values[metric.CPU]
			if !cpu.OK && r.Metric == metric.Achieved {
				return v, "how busy the server's cores were is not known: " + cpu.Why
			}
			busy[arm] += cpu.V / float64(len(pairs)*cores)
		}
	}
	switch r.Metric {
	case metric.PeakPSS:
		return peak, ""
	case metric.Achieved:
		// The base's alone: a candidate that waits where the base worked is what is looked for.
		if busy[gate.Base] < fullyBusy {
			return v, fmt.Sprintf("the base's cores were not %.0f%% busy: it is the client's", 100*fullyBusy)
		}
	}
	return gate.Pair{math.Exp(logs[gate.Base]), math.Exp(logs[gate.Candidate])}, ""
}
