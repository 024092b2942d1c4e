package store

import (
	"embed"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// migrationFiles hold one folder per database, files named 0001_what.sql and on.
// A file that was released is never changed: the next one changes what it made.
//
//go:embed migrations
var migrationFiles embed.FS

// migration is one step of a schema; the first is version 1.
type migration struct {
	version int
	name    string
	sql     string
}

// migrations are the steps of one database, in order and without a gap.
func migrations(database string) ([]migration, error) {
	dir := path.Join("migrations", database)
	entries, err := migrationFiles.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var steps []migration
	for i, e := range entries {
		number, name, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 || name == "" {
			return nil, fmt.Errorf("read the migrations: %s is not %04d_what.sql", e.Name(), i+1)
		}
		text, err := migrationFiles.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the migrations: %w", err)
		}
		steps = append(steps, migration{version, name, string(text)})
	}
	return steps, nil
}

// pending are the steps that a database of this version lacks.
func pending(steps []migration, version int) ([]migration, error) {
	if version > len(steps) {
		return nil, fmt.Errorf("migrate the database: it is of version %d, this program knows up to %d: "+
			"use the newer program, or another database", version, len(steps))
	}
	return steps[version:], nil
}
