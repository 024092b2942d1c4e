package record

import (
	"bytes"
	"encoding/gob"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"pgregory.net/rapid"
)

func sampleRun() *Run {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	return &Run{
		Schema: Schema, ID: Name(now, "headline"), Status: StatusRunning, Started: now,
		Cells: []Cell{{Subject: "gin", Load: "r300", Trial: 1, Dir: "cells/000", Status: StatusOK}},
	}
}

func create(t *testing.T) (*Writer, string) {
	t.Helper()
	w, err := Create(t.TempDir(), sampleRun())
	if err != nil {
		t.Fatal(err)
	}
	dir, err := w.CellDir(&w.run.Cells[0])
	if err != nil {
		t.Fatal(err)
	}
	return w, dir
}

func drawRequest(t *rapid.T) Request {
	return Request{
		Seq: rapid.Uint64().Draw(t, "seq"), Code: rapid.Uint16().Draw(t, "code"),
		Timestamp: time.Unix(0, rapid.Int64Range(0, 1<<60).Draw(t, "at")).UTC(),
		Latency:   time.Duration(rapid.Int64Range(0, 1<<50).Draw(t, "latency")),
		BytesOut:  rapid.Uint64().Draw(t, "out"), BytesIn: rapid.Uint64().Draw(t, "in"),
		Error: rapid.String().Draw(t, "error"), K: rapid.Uint64().Draw(t, "k"),
		Lag:     time.Duration(rapid.Int64Range(-1e9, 1<<40).Draw(t, "lag")),
		Outcome: rapid.SampledFrom(Outcomes()).Draw(t, "outcome"),
		Queue:   time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "queue")), Timed: rapid.Bool().Draw(t, "timed"),
		Providers: time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "providers")),
	}
}

// What we write, the stock vegeta command reads: same name, same value, and our
// additions do not disturb it.
func TestRequestsAreVegetaResults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Custom(drawRequest), 1, 20).Draw(t, "requests")
		var buf bytes.Buffer
		enc := gob.NewEncoder(&buf)
		for i := range in {
			if err := enc.Encode(&in[i]); err != nil {
				t.Fatal(err)
			}
		}
		dec := vegeta.DecoderFor(&buf)
		for _, q := range in {
			var r vegeta.Result
			if err := dec(&r); err != nil {
				t.Fatal(err)
			}
			want := vegeta.Result{Seq: q.Seq, Code: q.Code, Timestamp: q.Timestamp, Latency: q.Latency,
				BytesOut: q.BytesOut, BytesIn: q.BytesIn, Error: q.Error}
			if !r.Equal(want) {
				t.Fatalf("vegeta reads %+v, want %+v", r, want)
			}
		}
		if err := dec(&vegeta.Result{}); !errors.Is(err, io.EOF) {
			t.Fatalf("after the last: %v", err)
		}
	})
}

func writeRequests(t *testing.T, dir string, n int) string {
	t.Helper()
	path := filepath.Join(dir, RequestsFile)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	enc := gob.NewEncoder(f)
	for i := range n {
		if err := enc.Encode(&Request{K: uint64(i), Latency: time.Millisecond, Outcome: OutcomeOK}); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestRequestsCutShortAreReadAsFarAsTheyGo(t *testing.T) {
	w, dir := create(t)
	path := writeRequests(t, dir, 100)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-7); err != nil {
		t.Fatal(err)
	}
	rd, err := Open(w.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	for q, err := range rd.Requests(&rd.Run().Cells[0]) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, q.K)
	}
	if len(got) != 99 || got[98] != 98 {
		t.Fatalf("read %d requests of 100 of which the last is cut", len(got))
	}
}

func TestTrimmedRecordSaysNotExist(t *testing.T) {
	w, _ := create(t)
	rd, err := Open(w.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range rd.Requests(&rd.Run().Cells[0]) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("got %v", err)
		}
	}
	if _, err := rd.Ticks(&rd.Run().Cells[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
}

func TestTablesRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), SamplesFile)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Sample {
			s := Sample{
				At:        time.Duration(rapid.Int64Range(-1e6, 1e9).Draw(t, "at")) * time.Microsecond,
				CPU:       time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "cpu")) * time.Microsecond,
				Processes: rapid.IntRange(0, 9).Draw(t, "processes"),
			}
			if rapid.Bool().Draw(t, "memory") {
				pss, threads := rapid.Uint64().Draw(t, "pss"), rapid.IntRange(0, 99).Draw(t, "threads")
				s.PSS, s.Threads = &pss, &threads
			}
			return s
		})).Draw(t, "samples")
		table, err := CreateSamples(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range in {
			if err := table.Add(&in[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		out, err := readTable(path, sampleColumns)
		if err != nil || len(out) != len(in) {
			t.Fatalf("%d rows of %d: %v", len(out), len(in), err)
		}
		for i := range in {
			if in[i].At != out[i].At || in[i].CPU != out[i].CPU || in[i].Processes != out[i].Processes ||
				!equal(in[i].PSS, out[i].PSS) || !equal(in[i].Threads, out[i].Threads) || out[i].Files != nil {
				t.Fatalf("row %d: %+v became %+v", i, in[i], out[i])
			}
		}
	})
}

func equal[T comparable](a, b *T) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

func TestTableWithABadLineNamesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), TicksFile)
	text := "at_us,scheduled,sent,unsent,good,bad,in_flight,p50_us,p99_us\n1,1,1,0,1,0,x,1,1\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := readTable(path, tickColumns)
	if err == nil || !strings.Contains(err.Error(), "ticks.csv:2") || !strings.Contains(err.Error(), "in_flight") {
		t.Fatalf("got %v", err)
	}
}

func TestUnfinishedRunOpensAsInterrupted(t *testing.T) {
	w, _ := create(t)
	rd, err := Open(w.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if rd.Run().Status != StatusInterrupted || rd.Run().Note == "" {
		t.Fatalf("status %q, note %q", rd.Run().Status, rd.Run().Note)
	}
}

func TestTwoRunsInOneSecondDoNotCollide(t *testing.T) {
	parent := t.TempDir()
	a, err := Create(parent, sampleRun())
	if err != nil {
		t.Fatal(err)
	}
	b, err := Create(parent, sampleRun())
	if err != nil {
		t.Fatal(err)
	}
	if a.Dir() == b.Dir() {
		t.Fatalf("both in %s", a.Dir())
	}
	if to, err := os.Readlink(filepath.Join(parent, latestLink)); err != nil || to != filepath.Base(b.Dir()) {
		t.Fatalf("latest points at %q: %v", to, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"newer schema": {`{"schema": 99}`, "schema 99"},
		"not JSON":     {`{"schema": `, "run.json"},
		"no schema":    {`{}`, "schema 0"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, runFile), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v", err)
			}
		})
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a record") {
		t.Fatalf("got %v", err)
	}
}

func TestSaveLeavesNoTemporaryFile(t *testing.T) {
	w, _ := create(t)
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(w.Dir(), "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Fatalf("%v %v", left, err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("at_us,scheduled,sent,unsent,good,bad,in_flight,p50_us,p99_us\n1,1,1,0,1,0,2,1,1\n")
	f.Add("at_us\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), TicksFile)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, _ = readTable(path, tickColumns) // must not panic, whatever it reads
	})
}
