// Package record is the waist of notifybench: the on-disk schema of a run.
// Running turns a scenario into these files; analysing turns these files into
// tables, charts and verdicts; the two meet here and nowhere else.
//
// A record is a folder:
//
//	run.json                 everything known about the run and its cells (this file's types)
//	cells/<cell>/requests.gob  one Request per measured request; the stock vegeta command reads it
//	cells/<cell>/ledger.ndjson.gz  what the providers accepted
//	cells/<cell>/ticks.csv     what the generator saw, every 250 ms
//	cells/<cell>/samples.csv   CPU and memory of the server, every 100 ms
//	cells/<cell>/*.log         what server, providers and generator wrote
//
// It holds measured facts only. What is computed from them (percentiles, rates,
// rankings) can be derived again at any time and lives outside.
// Durations are nanoseconds in JSON, microseconds in CSV where the column says so.
package record

import (
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/steady"
)

// Schema is the version of this layout. A reader refuses a newer one.
const Schema = 1

// Status of a run or of a cell.
const (
	StatusRunning     = "running"     // also what an unfinished record says after a crash
	StatusComplete    = "complete"    // a run: every cell has been carried out (some may have failed)
	StatusInterrupted = "interrupted" // stopped by the user or by a signal
	StatusFailed      = "failed"
	StatusOK          = "ok"      // a cell: measured
	StatusPending     = "pending" // a cell: not reached
)

// Run is the whole of run.json.
type Run struct {
	Schema   int       `json:"schema"`
	Tool     string    `json:"tool"` // version of notifybench
	ID       string    `json:"id"`   // name of the folder
	Status   string    `json:"status"`
	Note     string    `json:"note,omitempty"` // why it is not complete
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`

	Scenario    Scenario    `json:"scenario"`
	Environment Environment `json:"environment"`
	Cores       Cores       `json:"cores"`
	Subjects    []Subject   `json:"subjects"` // rows: the servers, as configured
	Loads       []Load      `json:"loads"`
	Events      []Event     `json:"events,omitempty"` // the timeline
	Cells       []Cell      `json:"cells"`            // in the order of the plan, then those of the searches
	Searches    []Search    `json:"searches,omitempty"`
}

// Scenario is the resolved scenario: what was asked for.
type Scenario struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	Document    string              `json:"document,omitempty"` // the article it reproduces
	Section     string              `json:"section,omitempty"`
	Hash        string              `json:"hash"` // SHA-256 of Text without its claims: runs with equal hashes measured the same
	Text        string              `json:"text"` // the resolved scenario as YAML, overrides applied
	Seed        uint64              `json:"seed"`
	Short       bool                `json:"short,omitempty"` // run with --short: not comparable with a full run
	Trials      int                 `json:"trials"`
	Warmup      time.Duration       `json:"warmup"`
	Duration    time.Duration       `json:"duration"`         // of measurement; of one slice of it where there are slices
	Slices      *Slices             `json:"slices,omitempty"` // nil: a trial is measured in one go
	Drain       time.Duration       `json:"drain"`
	Timeout     time.Duration       `json:"timeout"` // of one request
	MaxInFlight int                 `json:"max_in_flight"`
	Isolation   string              `json:"isolation"` // pinned | shared
	Channels    []string            `json:"channels"`
	Providers   map[string]Provider `json:"providers"`
	Timeline    []contract.MockStep `json:"timeline,omitempty"` // what the providers were told to change
	SLO         *SLO                `json:"slo,omitempty"`

	Recipients string `json:"recipients,omitempty"` // users: each notification names one; else it carries addresses
	Devices    int    `json:"devices,omitempty"`    // that a push notification goes to; up to 1: one
	Keyed      bool   `json:"keyed,omitempty"`      // each request had an Idempotency-Key of its own
	Method     string `json:"method,omitempty"`     // of the requests, where it was not POST

	Claims []Claim `json:"claims,omitempty"` // of the documents, that this scenario settles

	Migrate *Migrate `json:"migrate,omitempty"` // nil: it does not ask what a rate would need
}

// Slices say how each trial is cut into pieces that alternate between the rows.
type Slices struct {
	Count  int           `json:"count"`  // of each row in a trial
	Warmup time.Duration `json:"warmup"` // before each slice but the first
	// Together says that all loads of a trial were measured on the same servers.
	Together bool `json:"together,omitempty"`
}

// Provider is the planned behaviour of one provider at the start.
type Provider struct {
	Latency string        `json:"latency"` // in the notation of package latency
	Mean    time.Duration `json:"mean"`
	// Queue limits how many calls it serves at once; nil: any number.
	Queue *contract.Queue `json:"queue,omitempty"`
}

// SLO is the service-level objective a scenario states.
type SLO struct {
	P99    time.Duration `json:"p99,omitempty"`
	Errors float64       `json:"errors,omitempty"` // share, 0 to 1
}

// Cores is the explicit plan of cores.
type Cores struct {
	Isolation string `json:"isolation"`        // pinned | shared
	Server    []int  `json:"server,omitempty"` // empty: not pinned
	Load      []int  `json:"load,omitempty"`   // generator, providers and harness
	Note      string `json:"note,omitempty"`   // why it differs from what was asked
}

// Environment is the fingerprint of the machine and of the build. Differences
// compares every field of it.
type Environment struct {
	OS          string            `json:"os"`
	Arch        string            `json:"arch"`
	Kernel      string            `json:"kernel,omitempty"`
	CPU         string            `json:"cpu,omitempty"`
	Cores       int               `json:"cores"`
	MemoryBytes uint64            `json:"memory_bytes,omitempty"`
	Go          string            `json:"go"`
	Hypervisor  bool              `json:"hypervisor"`
	OpenFiles   uint64            `json:"open_files,omitempty"`    // limit of file descriptors per process
	Governor    string            `json:"governor,omitempty"`      // of the CPU's frequency; several joined by commas
	TWReuse     string            `json:"tcp_tw_reuse,omitempty"`  // 0 off, 1 on, 2 for loopback only
	PortRange   string            `json:"port_range,omitempty"`    // of outgoing connections: "32768-60999"
	CPUQuota    float64           `json:"cpu_quota,omitempty"`     // of the control group, in cores; 0: none
	RoundsPerMS float64           `json:"rounds_per_ms,omitempty"` // calibration of "work": SHA-256 rounds
	Commit      string            `json:"commit,omitempty"`        // of the tool's build, "+dirty" where changed
	Settings    map[string]string `json:"settings,omitempty"`      // e.g. GOGC and GOMEMLIMIT given to every server
}

// Load is one load of the scenario.
type Load struct {
	Name        string  `json:"name"`
	Kind        string  `json:"kind"`        // rate, poisson, steps, …, closed
	Spec        string  `json:"spec"`        // in the notation of package shape
	Open        bool    `json:"open"`        // open loop: there is an intended send time
	Changing    bool    `json:"changing"`    // the rate, or a provider, changes within the window
	Connections int     `json:"connections"` // closed loop
	Rate        float64 `json:"rate"`        // open loop: mean offered rate over the window, req/s
	// LastChange is when its own rate changes for the last time, after the start of
	// measurement; 0: it does not, or for ever. Steps of the timeline are Run.Events.
	LastChange time.Duration `json:"last_change,omitempty"`
}

// Event is a step of the timeline, for marks in a chart.
type Event struct {
	At   time.Duration `json:"at"` // after the start of measurement
	Text string        `json:"text"`
}

// Cell is one measurement: subject × load × trial, or one slice of it. The slices
// of a trial are measured on one and the same server process.
type Cell struct {
	Index   int           `json:"index"` // position in the plan, from 0
	Subject string        `json:"subject"`
	Load    string        `json:"load"`
	Trial   int           `json:"trial"`           // from 1
	Slice   int           `json:"slice,omitempty"` // from 1; 0: the trial is not sliced
	Warmup  time.Duration `json:"warmup"`
	// Duration is the length of the measurement that was planned.
	Duration time.Duration `json:"duration"`
	// Rate is what a trial of a capacity search offered, in req/s; 0: not of a search.
	Rate    float64 `json:"rate,omitempty"`
	Seed    uint64  `json:"seed"` // equal for every subject under the same load, trial and slice
	Dir     string  `json:"dir"`  // below the record's folder
	Status  string  `json:"status"`
	Error   string  `json:"error,omitempty"` // why it has no numbers, in words
	LogTail string  `json:"log_tail,omitempty"`
	Died    bool    `json:"died,omitempty"` // the server ended during the attack
	// Repeated is why this is the second measurement, after a longer warm-up.
	Repeated string `json:"repeated,omitempty"`

	Zero      time.Time          `json:"zero,omitzero"` // start of measurement
	Ceilings  []Ceiling          `json:"ceilings"`      // a priori, lowest first
	Generator Generator          `json:"generator"`
	Server    Server             `json:"server"`
	Providers contract.MockStats `json:"providers"`
	Machine   Machine            `json:"machine"`
}

// Generator is what the load generator says of the measurement window.
type Generator struct {
	Window       time.Duration      `json:"window"`     // length of the measurement as it was
	DrainTook    time.Duration      `json:"drain_took"` // from the end of the window until idle or cut off
	Scheduled    uint64             `json:"scheduled"`  // slots that fell due (closed loop: sent)
	Sent         uint64             `json:"sent"`
	Unsent       uint64             `json:"unsent"`           // due, but max_in_flight was reached
	Outcomes     map[Outcome]uint64 `json:"outcomes"`         // of the sent
	Codes        map[int]uint64     `json:"codes"`            // HTTP status; 0 where there was no answer
	Errors       []ErrorCount       `json:"errors,omitempty"` // of the first 10 kinds, most frequent first
	Calls        uint64             `json:"calls"`            // sum of "attempts" in the answers, warm-up included
	CallsKnown   bool               `json:"calls_known"`      // every answer reported its attempts
	Accepted     uint64             `json:"accepted"`         // good and partial answers that report none, warm-up included
	Unreported   uint64             `json:"unreported"`       // other answers that report none, warm-up included
	Queued       uint64             `json:"queued,omitempty"` // accepted to be sent later, warm-up included: their calls are not yet known
	Unanswered   uint64             `json:"unanswered"`       // requests without an answer, warm-up included: their calls are unknown
	WarmupSent   uint64             `json:"warmup_sent"`
	WarmupGood   *uint64            `json:"warmup_good,omitempty"` // of these; nil: not counted
	WarmupLate   []Late             `json:"warmup_late,omitempty"` // requests of the warm-up that ended after zero
	Processes    map[string]uint64  `json:"processes,omitempty"`   // answered, by the process that says it answered; of the first 1024
	InFlightPeak int                `json:"in_flight_peak"`
	BytesOut     uint64             `json:"bytes_out"`
	BytesIn      uint64             `json:"bytes_in"`
	Connections  uint64             `json:"connections"`           // opened
	MaxRSS       uint64             `json:"max_rss"`               // bytes, since its start
	WriteError   string             `json:"write_error,omitempty"` // the raw requests are incomplete

	Halves     *[2]steady.Half `json:"halves,omitempty"`     // of the window
	InFlight   *Sampled        `json:"in_flight,omitempty"`  // counted by itself, every few ms of the window
	Exhausted  uint64          `json:"exhausted"`            // connections it could not open for want of descriptors or ports
	Files      *int            `json:"files,omitempty"`      // open descriptors, peak
	FilesLimit uint64          `json:"files_limit,omitzero"` // that it may have; 0: not known
}

// Late is a request of the warm-up that ended within the measurement or the drain.
type Late struct {
	At      time.Duration `json:"at"` // its end, after zero
	Outcome Outcome       `json:"outcome"`
}

// ErrorCount is an error message and how often it was seen.
type ErrorCount struct {
	Text  string `json:"text"`
	Count uint64 `json:"count"`
}

// Server is what was measured of the server's process tree. The two edges are
// the start of measurement and the end of the drain; pointers are nil where the
// platform cannot measure (a missing value is never a zero).
type Server struct {
	Ready        time.Duration   `json:"ready"` // from start until /healthz said 200
	Health       contract.Health `json:"health"`
	RestartsSeen int             `json:"restarts_seen"`              // /healthz after the run
	From         time.Duration   `json:"from"`                       // first CPU reading, after zero
	To           time.Duration   `json:"to"`                         // last CPU reading, after zero
	CPU          *time.Duration  `json:"cpu,omitempty"`              // used between the two, exited children included
	CPUWindow    *time.Duration  `json:"cpu_window,omitempty"`       // used between From and the end of the window
	WindowTo     time.Duration   `json:"window_to"`                  // reading that closes CPUWindow, after zero
	PSSPeak      *uint64         `json:"pss_peak,omitempty"`         // bytes, sum over the tree
	PSSIdle      *uint64         `json:"pss_idle,omitempty"`         // bytes, before any load
	PSSIdleFile  *uint64         `json:"pss_idle_file,omitempty"`    // bytes of PSSIdle that are of mapped files
	HWM          *uint64         `json:"hwm,omitempty"`              // bytes, sum of VmHWM: upper bound
	Threads      *int            `json:"threads,omitempty"`          // peak
	Files        *int            `json:"files,omitempty"`            // open descriptors, peak
	FilesMost    *int            `json:"files_most,omitempty"`       // open descriptors of one process, peak
	FilesLimit   *uint64         `json:"files_limit,omitempty"`      // that one process may have, the lowest of the tree
	Processes    *int            `json:"processes,omitempty"`        // in the tree, peak
	Switches     *uint64         `json:"context_switches,omitempty"` // within the window
	Exit         string          `json:"exit,omitempty"`             // how it ended: "exit 0", "killed"
	Drained      bool            `json:"drained"`                    // SIGTERM ended it in time

	Killed int `json:"killed,omitempty"` // processes that the timeline had killed

	Queue *Queue `json:"queue,omitempty"` // in the window, of a row that queues; nil: it did not say
	// Drain is what the server says of its end; nil: nothing.
	Drain *Drain `json:"drain,omitempty"`
	// Resumed is the second life of a server that left notifications on disk.
	Resumed *Resumed `json:"resumed,omitempty"`
}

// Machine is what was seen of the machine during the window.
type Machine struct {
	Steal        *float64       `json:"steal,omitempty"`       // share of all CPU time taken by the hypervisor
	Other        *float64       `json:"other,omitempty"`       // share of all CPU time used by anything that is not ours; about 0 may read below it
	CPUTime      time.Duration  `json:"cpu_time,omitzero"`     // all there was of it in the window, on all cores
	LoadBusy     *float64       `json:"load_busy,omitempty"`   // CPU of generator and providers of their cores
	HarnessCPU   *time.Duration `json:"harness_cpu,omitempty"` // orchestrator and sampler, in the window
	ProvidersCPU *time.Duration `json:"providers_cpu,omitempty"`
	GeneratorCPU *time.Duration `json:"generator_cpu,omitempty"`
	TimeWait     *int           `json:"time_wait,omitempty"` // sockets, before the cell
	// WaitingCPU is what the servers of other rows, and their providers, used while
	// they waited for their slice; nil where none did.
	WaitingCPU *time.Duration `json:"waiting_cpu,omitempty"`
	Stalls     *Stalls        `json:"stalls,omitempty"`
	Network    *Network       `json:"network,omitempty"`
	Backing
}
