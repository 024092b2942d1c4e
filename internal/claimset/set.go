// Package claimset is a set of claims of several scenarios: which records settle them,
// what the verdicts are, how far a run of them has come, and how all that is shown. A
// folder holds it: claims.json for machines, claims.md for people.
//
// The verdicts come from package claim. Here they are only counted, and told apart:
// what differs from what is expected, what could not be measured though it should
// have been, and what is not installed.
package claimset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/record"
)

// Schema is the version of the layout of claims.json.
const Schema = 1

// Names inside the folder of a set.
const (
	File     = "claims.json"
	PageFile = "claims.md"
	// ChartFile is the picture on the page; whoever writes the page draws it.
	ChartFile = "claims.png"
)

// Set is the whole of claims.json.
type Set struct {
	Schema   int       `json:"schema"`
	Tool     string    `json:"tool"`   // version of notifybench
	Status   string    `json:"status"` // running, complete or interrupted, as of a record
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Options  Options   `json:"options"`

	Scenarios []Entry  `json:"scenarios"` // in the order in which they are run
	Results   []Result `json:"results"`   // of the scenarios that are over
}

// Options are what was asked for: what goes on after an interruption asks for the same.
type Options struct {
	Names   []string `json:"names,omitempty"` // of scenarios and claims; none: all
	Short   bool     `json:"short,omitempty"` // core claims in short windows: not to be compared with a full run
	Trials  int      `json:"trials,omitempty"`
	Seed    uint64   `json:"seed"`
	Servers []string `json:"servers,omitempty"` // folders of more servers
	Out     string   `json:"out"`               // folder of the records
}

// Entry is a scenario of the set and its record.
type Entry struct {
	Scenario string              `json:"scenario"`
	File     string              `json:"file"`
	Hash     string              `json:"hash"`   // of what it measures; see record.Scenario
	Status   string              `json:"status"` // pending, complete, interrupted or failed, as of a record
	Note     string              `json:"note,omitempty"`
	Record   string              `json:"record,omitempty"` // its folder; empty: nothing of it is measured
	Machine  *record.Environment `json:"environment,omitempty"`
}

// Over says that the scenario has been carried out, whatever came of it.
func (e *Entry) Over() bool {
	return e.Status == record.StatusComplete || e.Status == record.StatusFailed
}

// Result is a verdict and where it comes from.
type Result struct {
	Scenario string `json:"scenario"`
	// Broken is what was to be measured for the verdict and cannot be believed; empty:
	// nothing.
	Broken string `json:"broken,omitempty"`
	claim.Result
}

// Create makes the folder of a set that starts now below parent, and links it as latest.
func Create(parent string, s *Set) (dir string, err error) {
	name, err := record.MakeFolder(parent, s.Started.UTC().Format("20060102T150405Z"))
	if err != nil {
		return "", err
	}
	dir = filepath.Join(parent, name)
	if err := s.Save(dir); err != nil {
		return dir, err
	}
	return dir, record.LinkLatest(parent, name)
}

// Save writes claims.json atomically.
func (s *Set) Save(dir string) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", File, err)
	}
	return record.WriteFile(filepath.Join(dir, File), append(data, '\n'))
}

// Open reads the set in dir.
func Open(dir string) (*Set, error) {
	path := filepath.Join(dir, File)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no claims: it has no %s", dir, File)
	}
	if err != nil {
		return nil, fmt.Errorf("open claims: %w", err)
	}
	s := &Set{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.Schema != Schema {
		return nil, fmt.Errorf("%s: schema %d is not the one this notifybench reads (%d)", path, s.Schema, Schema)
	}
	return s, nil
}

// Unfinished is the newest set below parent that is not complete: one that was
// interrupted, or whose harness was killed. Dir is empty where there is none.
func Unfinished(parent string) (dir string, s *Set, err error) {
	return newest(parent, func(s *Set) bool { return s.Status != record.StatusComplete })
}

// Newest is the newest set below parent. Dir is empty where there is none.
func Newest(parent string) (dir string, s *Set, err error) {
	return newest(parent, func(*Set) bool { return true })
}

func newest(parent string, is func(*Set) bool) (dir string, s *Set, err error) {
	entries, err := os.ReadDir(parent)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("look for claims: %w", err)
	}
	for _, e := range slices.Backward(entries) { // by name, which begins with the time
		path := filepath.Join(parent, e.Name())
		if !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(path, File)); err != nil {
			continue // something else that lies there
		}
		s, err := Open(path)
		if err != nil {
			return "", nil, err
		}
		if is(s) {
			return path, s, nil
		}
	}
	return "", nil, nil
}

// Put replaces the results of a scenario, and keeps the order of the scenarios.
func (s *Set) Put(scenario string, results []Result) {
	var all []Result
	for _, e := range s.Scenarios {
		if e.Scenario == scenario {
			all = append(all, results...)
			continue
		}
		for _, r := range s.Results {
			if r.Scenario == e.Scenario {
				all = append(all, r)
			}
		}
	}
	s.Results = all
}
