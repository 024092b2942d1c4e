package gateset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/record"
)

// Create makes the folder of a gate that starts now below parent, and links it as latest.
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

// Save writes gate.json atomically.
func (s *Set) Save(dir string) error {
	var b bytes.Buffer
	if err := s.encode(&b); err != nil {
		return err
	}
	return record.WriteFile(filepath.Join(dir, File), b.Bytes())
}

// Open reads the gate in dir.
func Open(dir string) (*Set, error) {
	path := filepath.Join(dir, File)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no gate: it has no %s", dir, File)
	}
	if err != nil {
		return nil, fmt.Errorf("open gate: %w", err)
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
