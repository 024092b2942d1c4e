package record

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"
)

// column is one column of a CSV file of T: one list serves writer and reader,
// so that they cannot disagree.
type column[T any] struct {
	name string
	get  func(*T) string
	set  func(*T, string) error
}

var tickColumns = []column[Tick]{
	micros("at_us", func(t *Tick) *time.Duration { return &t.At }),
	counter("scheduled", func(t *Tick) *uint64 { return &t.Scheduled }),
	counter("sent", func(t *Tick) *uint64 { return &t.Sent }),
	counter("unsent", func(t *Tick) *uint64 { return &t.Unsent }),
	counter("good", func(t *Tick) *uint64 { return &t.Good }),
	counter("bad", func(t *Tick) *uint64 { return &t.Bad }),
	integer("in_flight", func(t *Tick) *int { return &t.InFlight }),
	micros("p50_us", func(t *Tick) *time.Duration { return &t.P50 }),
	micros("p99_us", func(t *Tick) *time.Duration { return &t.P99 }),
}

var sampleColumns = []column[Sample]{
	micros("at_us", func(s *Sample) *time.Duration { return &s.At }),
	micros("cpu_us", func(s *Sample) *time.Duration { return &s.CPU }),
	integer("processes", func(s *Sample) *int { return &s.Processes }),
	optional("pss_bytes", func(s *Sample) **uint64 { return &s.PSS }, parseUint),
	optional("threads", func(s *Sample) **int { return &s.Threads }, strconv.Atoi),
	optional("files", func(s *Sample) **int { return &s.Files }, strconv.Atoi),
}

func micros[T any](name string, field func(*T) *time.Duration) column[T] {
	return column[T]{name,
		func(t *T) string { return strconv.FormatInt(field(t).Microseconds(), 10) },
		func(t *T, s string) error {
			n, err := strconv.ParseInt(s, 10, 64)
			*field(t) = time.Duration(n) * time.Microsecond
			return err
		}}
}

func counter[T any](name string, field func(*T) *uint64) column[T] {
	return column[T]{name,
		func(t *T) string { return strconv.FormatUint(*field(t), 10) },
		func(t *T, s string) (err error) { *field(t), err = parseUint(s); return err }}
}

func integer[T any](name string, field func(*T) *int) column[T] {
	return column[T]{name,
		func(t *T) string { return strconv.Itoa(*field(t)) },
		func(t *T, s string) (err error) { *field(t), err = strconv.Atoi(s); return err }}
}

// optional is a column whose empty field means "not read", never zero.
func optional[T, V any](name string, field func(*T) **V, parse func(string) (V, error)) column[T] {
	return column[T]{name,
		func(t *T) string {
			if *field(t) == nil {
				return ""
			}
			return fmt.Sprint(**field(t))
		},
		func(t *T, s string) error {
			if s == "" {
				return nil
			}
			v, err := parse(s)
			*field(t) = &v
			return err
		}}
}

func parseUint(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }

// Table appends rows of T to a CSV file as they come.
type Table[T any] struct {
	file    *os.File
	csv     *csv.Writer
	columns []column[T]
}

// CreateTicks creates the ticks of a cell; CreateSamples its samples.
func CreateTicks(path string) (*Table[Tick], error) { return createTable(path, tickColumns) }

// CreateSamples creates the resource samples of a cell.
func CreateSamples(path string) (*Table[Sample], error) { return createTable(path, sampleColumns) }

func createTable[T any](path string, columns []column[T]) (*Table[T], error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create table: %w", err)
	}
	t := &Table[T]{file: f, csv: csv.NewWriter(f), columns: columns}
	return t, t.csv.Write(columnNames(columns))
}

func columnNames[T any](columns []column[T]) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// Add appends a row.
func (t *Table[T]) Add(row *T) error {
	fields := make([]string, len(t.columns))
	for i, c := range t.columns {
		fields[i] = c.get(row)
	}
	return t.csv.Write(fields)
}

// Close flushes and closes the file and reports the first error of all writes.
func (t *Table[T]) Close() error {
	t.csv.Flush()
	return errors.Join(t.csv.Error(), t.file.Close())
}

// readTable reads a whole table; a last line cut short by an interruption is
// left out.
func readTable[T any](path string, columns []column[T]) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rd := csv.NewReader(bufio.NewReader(f))
	rd.ReuseRecord = true
	header, err := rd.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if names := columnNames(columns); !slices.Equal(header, names) {
		return nil, fmt.Errorf("%s:1: the columns are %q instead of %q", path, header, names)
	}
	var rows []T
	for {
		fields, err := rd.Read()
		if errors.Is(err, io.EOF) || errors.Is(err, csv.ErrFieldCount) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		row, err := parseRow(fields, columns)
		if err != nil {
			line, _ := rd.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		rows = append(rows, row)
	}
}

func parseRow[T any](fields []string, columns []column[T]) (row T, err error) {
	for i, c := range columns {
		if err := c.set(&row, fields[i]); err != nil {
			return row, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	return row, nil
}
