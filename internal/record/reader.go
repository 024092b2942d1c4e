package record

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// Reader reads a record.
type Reader struct {
	dir string
	run *Run
}

// Open reads the record in dir. A run that never finished (its harness was
// killed, the disk was full) opens as interrupted.
func Open(dir string) (*Reader, error) {
	data, err := os.ReadFile(filepath.Join(dir, runFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a record: it has no %s", dir, runFile)
	}
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	run := &Run{}
	if err := json.Unmarshal(data, run); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, runFile), err)
	}
	if run.Schema < 1 || run.Schema > Schema {
		return nil, fmt.Errorf("%s: schema %d is not one this notifybench reads (1 to %d)",
			filepath.Join(dir, runFile), run.Schema, Schema)
	}
	if run.Status == StatusRunning {
		run.Status = StatusInterrupted
		run.Note = "the run did not finish, or is still going on"
	}
	return &Reader{dir: dir, run: run}, nil
}

// Dir is the record's folder.
func (r *Reader) Dir() string { return r.dir }

// Run is the content of run.json.
func (r *Reader) Run() *Run { return r.run }

// Requests streams the raw requests of a cell in order of completion. The error
// wraps fs.ErrNotExist where the record has been trimmed of them. A file cut
// short by an interruption ends without an error.
func (r *Reader) Requests(c *Cell) iter.Seq2[Request, error] {
	return ReadRequests(filepath.Join(r.dir, c.Dir, RequestsFile))
}

// ReadRequests streams the requests of one file; see Reader.Requests.
func ReadRequests(path string) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(Request{}, err)
			return
		}
		defer f.Close()
		dec := gob.NewDecoder(bufio.NewReaderSize(f, 1<<16))
		for {
			var q Request
			err := dec.Decode(&q)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

// Ticks reads the generator's aggregates of a cell.
func (r *Reader) Ticks(c *Cell) ([]Tick, error) {
	return readTable(filepath.Join(r.dir, c.Dir, TicksFile), tickColumns)
}

// Samples reads the resource samples of a cell.
func (r *Reader) Samples(c *Cell) ([]Sample, error) {
	return readTable(filepath.Join(r.dir, c.Dir, SamplesFile), sampleColumns)
}
