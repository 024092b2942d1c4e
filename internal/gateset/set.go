// Package gateset is a gate as it was carried out: what was compared, by which policy,
// the blocks of each server and what came of them, and how all that is shown. A folder
// holds it: gate.json for machines, gate.md for a pull request, the records of the blocks.
//
// The verdicts come from package gate. Here they are only put together and worded.
package gateset

import (
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/record"
)

// Schema is the version of the layout of gate.json.
const Schema = 1

// Names inside the folder of a gate.
const (
	File     = "gate.json"
	PageFile = "gate.md"
)

// Set is the whole of gate.json.
type Set struct {
	Schema   int       `json:"schema"`
	Tool     string    `json:"tool"`   // version of notifybench
	Status   string    `json:"status"` // running, complete, interrupted or failed, as of a record
	Note     string    `json:"note,omitempty"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`

	Base      Side   `json:"base"`
	Candidate Side   `json:"candidate"`
	Scenario  string `json:"scenario"`
	Hash      string `json:"hash"` // of the scenario, as of a record
	// PolicyFile is where the policy was read.
	PolicyFile string             `json:"policy_file,omitempty"`
	Policy     gate.Policy        `json:"policy"`
	Budget     time.Duration      `json:"budget"` // of one server; 0: none
	Seed       uint64             `json:"seed"`
	Machine    record.Environment `json:"environment"`

	Servers []Server     `json:"servers"`
	Verdict gate.Verdict `json:"verdict"`
	Why     string       `json:"why"` // in one sentence
}

// Side is one of the two trees that were built.
type Side struct {
	Ref    string `json:"ref,omitempty"`    // as asked for: "origin/main"
	Commit string `json:"commit,omitempty"` // that was built; empty: of no repository
	Title  string `json:"title,omitempty"`  // first line of its message
	Dirty  bool   `json:"dirty,omitempty"`  // with changes that are in no commit
	Dir    string `json:"dir,omitempty"`    // as given by --base-dir
}

// Server is one row of the scenario, gated.
type Server struct {
	Row     string  `json:"row"` // label in the scenario: "pool workers=64"
	Server  string  `json:"server"`
	Missing string  `json:"missing,omitempty"`  // "not installed: <command>": nothing was measured
	Rate    float64 `json:"rate,omitempty"`     // of the open load, req/s; 0: as the scenario says
	RateWhy string  `json:"rate_why,omitempty"` // how it was found
	Layouts int     `json:"layouts,omitempty"`  // builds of each arm, of different code layout
	// Toolchains are the versions of Go that built the arms, as their binaries say; empty: not known.
	Toolchains [2]string     `json:"toolchains,omitzero"`
	Took       time.Duration `json:"took"`
	Blocks     []Block       `json:"blocks"`
	Result     gate.Result   `json:"result"`
}

// Block is a block and where it came from.
type Block struct {
	gate.Block
	Seed   uint64        `json:"seed"`
	Layout [2]int        `json:"layout,omitzero"`  // number of the build of each arm, from 1
	Record string        `json:"record,omitempty"` // folder of its record, below the gate's; empty: not kept
	Took   time.Duration `json:"took"`
}
