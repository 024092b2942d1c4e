package gatetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
)

// Schema is the version of the layout of the file.
const Schema = 1

// Header is the first line of the file: what all of its blocks have in common. Blocks of
// another machine, binary or load say nothing of this one.
type Header struct {
	Schema   int    `json:"schema"`
	Metrics  string `json:"metrics"`  // MetricsOf
	Machine  string `json:"machine"`  // in words: "2 × Xeon …, Linux 6.1"
	Binary   string `json:"binary"`   // of the server: hash, or version
	Workload string `json:"workload"` // server, rate and slices, in words
	Scenario string `json:"scenario"` // its hash
}

// MetricsOf are the metrics that a policy judges, and under which loads: what its blocks
// carry. By how much each may get worse is not in the blocks.
func MetricsOf(p gate.Policy) string {
	var names []string
	for _, r := range p.Rules {
		names = append(names, r.Metric+" ("+r.Load+")")
	}
	return strings.Join(names, ", ")
}

// headStart is how every file begins.
const headStart = `{"schema":`

// unlike says in what another header differs.
func (h Header) unlike(other Header) error {
	for _, d := range []struct{ what, file, here string }{
		{"schema", fmt.Sprint(h.Schema), fmt.Sprint(other.Schema)},
		{"metrics", h.Metrics, other.Metrics},
		{"machine", h.Machine, other.Machine},
		{"binary", h.Binary, other.Binary},
		{"workload", h.Workload, other.Workload},
		{"scenario", h.Scenario, other.Scenario},
	} {
		if d.file != d.here {
			return fmt.Errorf("its blocks are of another %s (%s, here %s): measure into another file, or remove this one", d.what, d.file, d.here)
		}
	}
	return nil
}

// File is the file of blocks: JSON lines, the header first. It is written by one process
// at a time.
type File struct {
	Header Header
	Blocks []Measured
	// Torn says that the last line was not whole, as after a power cut, and was left out.
	Torn bool

	f *os.File
}

// Read reads a file to look at it.
func Read(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the blocks of the gate's self-test: %w", err)
	}
	f, _, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	if f == nil {
		return nil, fmt.Errorf("%s:1: is empty: there is no block in it", path)
	}
	if f.Header.Schema != Schema {
		return nil, fmt.Errorf("%s:1: has schema %d, this notifybench reads %d", path, f.Header.Schema, Schema)
	}
	return f, nil
}

// Open opens a file to continue it, or begins it. What is there must have been measured
// under the same conditions.
func Open(path string, h Header) (*File, error) {
	h.Schema = Schema
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("continue the gate's self-test: %w", err)
	}
	f, whole, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	begin := f == nil
	if begin && !bytes.HasPrefix([]byte(headStart), data[:min(len(data), len(headStart))]) {
		return nil, fmt.Errorf("%s:1: not a file of the gate's self-test: name another file", path)
	}
	if begin {
		f, whole = &File{Header: h, Torn: len(data) > 0}, 0
	}
	if err := f.Header.unlike(h); err != nil {
		return nil, fmt.Errorf("%s:1: %w", path, err)
	}
	if f.f, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		return nil, fmt.Errorf("continue the gate's self-test: %w", err)
	}
	if err = f.f.Truncate(int64(whole)); err == nil && begin {
		err = f.line(h)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("continue the gate's self-test: %w", err), f.f.Close())
	}
	return f, nil
}

// Append adds a block; it is on the disk afterwards.
func (f *File) Append(m Measured) error {
	if err := m.check(); err != nil {
		return fmt.Errorf("keep a block of the gate's self-test: %w", err)
	}
	if err := f.line(m); err != nil {
		return fmt.Errorf("keep a block of the gate's self-test: %w", err)
	}
	f.Blocks = append(f.Blocks, m)
	return nil
}

// line writes v as one line, in one call: it is there or torn, never mixed.
func (f *File) line(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := f.f.Write(append(data, '\n')); err != nil {
		return err
	}
	return f.f.Sync()
}

// Close closes it; a file that was only read needs none.
func (f *File) Close() error { return f.f.Close() }

// parse reads the lines of a file. It is nil where there is not even a header. Whole is
// the length of the lines that are. Errors begin with the line's number.
func parse(data []byte) (f *File, whole int, err error) {
	lines := slices.Collect(bytes.Lines(data))
	for i, line := range lines {
		last := i == len(lines)-1
		if last && !bytes.HasSuffix(line, []byte("\n")) {
			return torn(f), whole, nil
		}
		if i == 0 {
			var h Header
			if err = json.Unmarshal(line, &h); err == nil && h.Schema < 1 {
				err = errors.New("no schema")
			}
			if err != nil {
				return nil, 0, fmt.Errorf("1: not the head of a file of the gate's self-test: %w: name another file", err)
			}
			f = &File{Header: h}
		} else {
			var m Measured
			if err = json.Unmarshal(line, &m); err == nil {
				err = m.check()
			}
			switch {
			case err != nil && last:
				return torn(f), whole, nil
			case err != nil && f.Header.Schema != Schema: // what the header says explains it
				return f, whole, nil
			case err != nil:
				return nil, 0, fmt.Errorf("%d: not a block: %w: remove the line", i+1, err)
			}
			f.Blocks = append(f.Blocks, m)
		}
		whole += len(line)
	}
	return f, whole, nil
}

func torn(f *File) *File {
	if f != nil {
		f.Torn = true
	}
	return f
}
