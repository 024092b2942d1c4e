package record

import "time"

// Tick is what the generator saw in one interval of TickLength, by time of
// completion. Quantiles are of response time (service time in a closed loop)
// over the answered requests of the tick, and negative where there were none.
type Tick struct {
	At        time.Duration `json:"at"`        // end of the tick, after zero; negative during the warm-up
	Scheduled uint64        `json:"scheduled"` // slots that fell due
	Sent      uint64        `json:"sent"`
	Unsent    uint64        `json:"unsent"`
	Good      uint64        `json:"good"` // completed well
	Bad       uint64        `json:"bad"`  // completed otherwise
	InFlight  int           `json:"in_flight"`
	P50       time.Duration `json:"p50"`
	P99       time.Duration `json:"p99"`
}

// TickLength is the interval of the generator's aggregates.
const TickLength = 250 * time.Millisecond

// Sample is one reading of the server's process tree. PSS and what is read with
// it is nil in samples taken between two memory readings.
type Sample struct {
	At        time.Duration // after zero
	CPU       time.Duration // of the tree since its start, exited children included
	Processes int
	PSS       *uint64 // bytes
	Threads   *int
	Files     *int
}
