package metric

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/stats"
)

// Who knows where the time went.
const (
	KnownServer  = "server"  // the server and its providers say so, for every answer
	KnownOutside = "outside" // they do not: only what can be seen from outside
)

// Anatomy says where the time of the answered requests went. The parts add up to
// the mean response time, in a closed loop to the mean service time.
type Anatomy struct {
	Known    string `json:"known,omitempty"`   // server | outside; empty: nothing is known
	Why      string `json:"why,omitempty"`     // why nothing is known, or not more
	Growing  string `json:"growing,omitempty"` // the queue grew: the times say how long the run was
	Due      int    `json:"due"`               // requests that fell due
	Answered int    `json:"answered"`          // of these: those the parts are of
	Mean     *Parts `json:"mean,omitempty"`    // of all answered requests
	// Slowest is the mean of the slowest hundredth of each trial; absent where that
	// is fewer than ten requests.
	Slowest *Parts `json:"slowest,omitempty"`
}

// Parts are mean times in nanoseconds.
type Parts struct {
	Requests int `json:"requests"`
	// Lag is actual minus intended send; absent in a closed loop, which intends none.
	Lag *float64 `json:"lag,omitempty"`
	// Queue is what the server says that requests waited in it before anything was
	// done; absent where that is not known, and then part of Rest.
	Queue *float64 `json:"queue,omitempty"`
	// Providers is the critical path of the provider calls: as served where the
	// server says so, else as planned (of answers that waited for their providers).
	Providers float64 `json:"providers"`
	// Rest is everything else: the server's own work, connections, the network,
	// waiting for a core. It is below zero only where answers came sooner than the
	// plan of their providers allows.
	Rest  float64 `json:"rest"`
	Total float64 `json:"total"`
}

// Part is one part by name.
type Part struct {
	Name string
	NS   float64
}

// Names of the parts, in the order of a request's life.
const (
	PartLag       = "lag"
	PartQueue     = "queue"
	PartProviders = "providers"
	PartRest      = "rest"
	PartServer    = "server and rest" // queue and rest in one: not told apart from outside
)

// List is the parts that are known, in the order of a request's life. What is
// known from outside alone has the queue in its last part, which is named so.
func (p *Parts) List() []Part {
	var parts []Part
	if p.Lag != nil {
		parts = append(parts, Part{PartLag, *p.Lag})
	}
	if p.Queue == nil {
		return append(parts, Part{PartProviders, p.Providers}, Part{PartServer, p.Rest})
	}
	return append(parts, Part{PartQueue, *p.Queue}, Part{PartProviders, p.Providers}, Part{PartRest, p.Rest})
}

// Words are the parts in milliseconds: "lag 0.02 · queue 150.1 · providers 350.3 ·
// rest 0.60 ms".
func (p *Parts) Words() string {
	var words []string
	for _, part := range p.List() {
		words = append(words, part.Name+" "+Millis(part.NS))
	}
	return strings.Join(words, " · ") + " ms"
}

// Millis prints nanoseconds as milliseconds without their unit, with so many
// decimals that small ones do not vanish.
func Millis(ns float64) string {
	ms := ns / 1e6
	decimals := 1
	switch a := math.Abs(ms); {
	case a == 0:
		return "0"
	case a < 0.0005:
		return map[bool]string{true: "<0.001", false: ">-0.001"}[ms > 0]
	case a < 0.0995:
		decimals = 3
	case a < 9.995:
		decimals = 2
	}
	return Thousands(strconv.FormatFloat(ms, 'f', decimals, 64))
}

// anatomyOf sums up cells of one row.
func anatomyOf(cells ...*dissection) Anatomy {
	var a Anatomy
	var all, slow pieces
	untimed, open := 0, false
	for _, d := range cells {
		if d.why != "" {
			return Anatomy{Why: d.why}
		}
		all.add(d.all)
		slow.add(d.slowest.sum())
		untimed, open = untimed+d.untimed, open || d.open
		a.Due += d.due
		if d.growing != "" {
			a.Growing = d.growing
		}
	}
	if a.Answered = all.n; all.n == 0 {
		a.Why = "no request of the window was answered"
		return a
	}
	a.Known = KnownServer
	switch {
	case untimed == all.n:
		a.Known, a.Why = KnownOutside, "the server gives no Server-Timing"
	case untimed > 0:
		a.Known, a.Why = KnownOutside, fmt.Sprintf("%s of %s gave no Server-Timing that can be right",
			Thousands(fmt.Sprint(untimed)), Count(all.n, "answer"))
	}
	a.Mean = all.parts(a.Known, open)
	if slow.n >= stats.MinBeyond {
		a.Slowest = slow.parts(a.Known, open)
	}
	return a
}

// Notes are what a reader must know beside the numbers.
func (a *Anatomy) Notes() []string {
	var notes []string
	if a.Mean == nil {
		notes = append(notes, NotAvailable+": "+a.Why)
		if a.Growing != "" {
			notes = append(notes, a.Growing)
		}
		return notes
	}
	if a.Known == KnownOutside {
		notes = append(notes, a.Why+": providers as planned, and what its queue took is in the rest")
	}
	if float64(a.Answered) < 0.99*float64(a.Due) {
		notes = append(notes, fmt.Sprintf("of the %s of %s that were answered",
			Thousands(fmt.Sprint(a.Answered)), Count(a.Due, "request")))
	}
	if a.Growing != "" {
		notes = append(notes, a.Growing+": the times say how long the run was")
	}
	return notes
}
