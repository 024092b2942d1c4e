// Package scenario turns a strict YAML file into a Scenario: what to compare,
// under which loads, against which providers. Everything wrong with a file is
// reported at once, each problem as file:line:column, what it is, and what to
// write instead.
package scenario

import (
	"cmp"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
)

// Isolation of the cores.
const (
	Pinned = "pinned" // the server has its cores to itself
	Shared = "shared" // everything may run everywhere
)

// How a notification says for whom it is.
const (
	Addresses = "addresses" // it carries them
	Users     = "users"     // it names a user, whom the service looks up
)

// Methods of a request.
const (
	MethodPost = "POST"
	MethodGet  = "GET" // without a body: it carries no notification
)

// Scenario is one comparison, resolved: defaults filled in, everything checked.
type Scenario struct {
	Name        string
	Title       string
	Source      Source
	Path        string   // of the request, where a row has none of its own
	Method      string   // POST or GET
	Channels    []string // each notification's; none: a request calls no provider
	Recipients  string   // Addresses or Users
	Devices     int      // that a push notification goes to; 1 unless said
	Keyed       bool     // each request has an Idempotency-Key of its own
	Wire        string   // "plain"
	WirePos     Position // for later problems: a server that does not speak it
	Providers   []Provider
	Servers     []Server
	Loads       []Load
	Duration    time.Duration // of measurement; of one slice of it where there are slices
	Warmup      time.Duration
	Slices      Slices
	Timeout     time.Duration // of one request
	Drain       time.Duration
	MaxInFlight int
	Trials      int
	Isolation   string
	SLO         *SLO
	Timeline    []Step
	Claims      []Claim
	Migrate     *record.Migrate // nil: not asked

	File string // as given
}

// PathOf is the path of a row's requests.
func (s *Scenario) PathOf(row Server) string { return cmp.Or(row.Path, s.Path) }

// Source cites the article a scenario reproduces.
type Source struct{ Document, Section string }

// Provider is how one provider behaves at the start.
type Provider struct {
	Channel     string
	Latency     latency.Dist
	ErrorRate   float64 // share of calls answered with ErrorStatus
	ErrorStatus int
	Faults      map[string]float64 // share of calls by kind of contract.Faults; nil: none
	DripTime    time.Duration      // how long a dripped answer takes
	Queue       *contract.Queue    // nil: any number of calls at once
	Throttle    *contract.Throttle // nil: none
}

// Server is one row of the comparison.
type Server struct {
	Name      string              // folder of the server
	Label     string              // how the row is called; unique
	Path      string              // of its requests; empty: the scenario's
	Processes int                 // at least 1
	Set       map[string]string   // settings of its server.yaml, those that the scenario sets for every row included
	Loads     []string            // under which it is measured; nil: all
	Pos       Position            // for later problems: unknown server
	PathPos   Position            // the same of its path, where it has one
	SetPos    map[string]Position // the same of each setting
}

// Load is one load with its name: a shape, or else a search.
type Load struct {
	Name   string
	Shape  shape.Shape       // nil where Search is given
	Search *capacity.Options // of a load of the kind capacity
}

// SLO is the service-level objective.
type SLO struct {
	P99    time.Duration
	Errors float64  // share, 0 to 1
	Pos    Position // for later problems: one that nobody can meet
}

// Slices cut the measurement of each trial into short pieces that alternate between
// the rows, whose servers are all up meanwhile: neighbours in time share the
// machine's mood, so that it cancels in their ratio. Each slice lasts Duration.
type Slices struct {
	Count  int           // of each row in a trial; 0: not sliced
	Warmup time.Duration // before each slice but the first of a load, which has the whole warm-up
	// Together keeps the servers up over the slices of all loads of a trial, one load
	// after the other in the scenario's order; else each load has fresh ones.
	Together bool
}

// Step is one step of the timeline: the full behaviour of the providers it
// changes, from At (after the start of measurement) on, and what befalls the server.
type Step struct {
	At        time.Duration
	Providers []Provider
	Kill      bool   // of one of the server's processes
	Text      string // for marks in charts: "email latency 500ms"
}

// Claim is one statement of a document that the scenario settles.
type Claim struct {
	record.Claim
	// Pos are the places of its parts, for later problems: "metric", "row", "go[1]",
	// "instead[0].row"; "" of the whole.
	Pos map[string]Position
}

// Position is a place in a file.
type Position struct {
	File         string
	Line, Column int
}
