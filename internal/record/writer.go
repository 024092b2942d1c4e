package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Names inside a record's folder.
const (
	runFile      = "run.json"
	RequestsFile = "requests.gob"
	TicksFile    = "ticks.csv"
	SamplesFile  = "samples.csv"
	latestLink   = "latest"
)

// Name is the folder of a run that starts now.
func Name(now time.Time, scenario string) string {
	return now.UTC().Format("20060102T150405Z") + "-" + scenario
}

// Writer writes the record of one run. Its methods are not safe for concurrent use.
type Writer struct {
	dir string
	run *Run
}

// Create makes the record's folder below parent and writes the first run.json,
// so that whatever happens later leaves a readable record.
func Create(parent string, run *Run) (*Writer, error) {
	var err error
	if run.ID, err = MakeFolder(parent, run.ID); err != nil {
		return nil, err
	}
	w := &Writer{dir: filepath.Join(parent, run.ID), run: run}
	if err := w.Save(); err != nil {
		return nil, err
	}
	return w, LinkLatest(parent, run.ID)
}

// Dir is the record's folder.
func (w *Writer) Dir() string { return w.dir }

// CellDir makes the folder of a cell and returns its path.
func (w *Writer) CellDir(c *Cell) (string, error) {
	dir := filepath.Join(w.dir, c.Dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("create cell folder: %w", err)
	}
	return dir, nil
}

// Save writes run.json atomically: a reader sees the old one or the new one.
func (w *Writer) Save() error {
	data, err := json.MarshalIndent(w.run, "", " ")
	if err != nil {
		return fmt.Errorf("encode run.json: %w", err)
	}
	return WriteFile(filepath.Join(w.dir, runFile), append(data, '\n'))
}

// WriteFile writes a file atomically, by way of a temporary one beside it.
func WriteFile(path string, data []byte) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(tmp))
	}
	return nil
}
