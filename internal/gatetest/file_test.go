package gatetest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawnBlocks are blocks of some injections, as measuring gives them.
func drawnBlocks(t *rapid.T) []Measured {
	var all []Measured
	for i := range rapid.IntRange(0, 6).Draw(t, "blocks") {
		in := rapid.SampledFrom([]Injection{{Kind: None}, {Work, CPU, 0.05}, {Fail, "", 0.1}}).Draw(t, "injection")
		m := world{sd: 0.01, invalid: 0.3}.measured(seeded(rapid.Uint64().Draw(t, "seed")), in, 1)[0]
		m.Block.N, m.Gate = i+1, rapid.IntRange(0, 2).Draw(t, "gate")
		all = append(all, m)
	}
	return all
}

// TestFileRoundTrip: what was appended is there when the file is opened again, however
// often, and without the last line where that was torn anywhere.
func TestFileRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(dir, "blocks.jsonl")
		if err := os.RemoveAll(path); err != nil {
			rt.Fatal(err)
		}
		h, want := header(policy()), drawnBlocks(rt)
		for i := 0; ; i++ {
			f, err := Open(path, h)
			if err != nil {
				rt.Fatal(err)
			}
			if len(f.Blocks) != i || f.Torn || i > 0 && !reflect.DeepEqual(f.Blocks, want[:i]) {
				rt.Fatalf("after %d blocks: torn %v, %+v, want %+v", i, f.Torn, f.Blocks, want[:i])
			}
			if i < len(want) {
				if err := f.Append(want[i]); err != nil {
					rt.Fatal(err)
				}
			}
			if err := f.Close(); err != nil {
				rt.Fatal(err)
			}
			if i == len(want) {
				break
			}
		}
		tear(rt, path, h, want)
	})
}

// tear cuts the last line short.
func tear(t *rapid.T, path string, h Header, want []Measured) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	at := rapid.IntRange(start, len(data)-1).Draw(t, "torn at")
	if err := os.WriteFile(path, data[:at], 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f, err := Open(path, h)
		if err != nil {
			t.Fatal(err)
		}
		if left := max(0, len(want)-1); len(f.Blocks) != left || left > 0 && !reflect.DeepEqual(f.Blocks, want[:left]) {
			t.Fatalf("torn at %d of %d: %d blocks, want %d", at, len(data), len(f.Blocks), left)
		}
		if err := f.Append(drawn(want)); err != nil { // the torn line must not be in its way
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path); err != nil || len(got.Blocks) != max(0, len(want)-1)+1 {
			t.Fatalf("%+v, %v", got, err)
		}
		want = append(want[:max(0, len(want)-1)], drawn(want), drawn(want))
	}
}

func drawn(blocks []Measured) Measured {
	if len(blocks) > 0 {
		return blocks[0]
	}
	return world{}.measured(seeded(1), Injection{Kind: None}, 1)[0]
}

// TestFileRefuses: blocks of other conditions are not mixed, and the message says which.
func TestFileRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "blocks.jsonl")
	h := header(policy())
	f, err := Open(path, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Append(Measured{Injection: Injection{Kind: "sleep"}}); err == nil {
		t.Error("a block of no known injection is kept")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*Header){
		"metrics":  func(h *Header) { h.Metrics = "x" },
		"machine":  func(h *Header) { h.Machine = "x" },
		"binary":   func(h *Header) { h.Binary = "x" },
		"workload": func(h *Header) { h.Workload = "x" },
		"scenario": func(h *Header) { h.Scenario = "x" },
	} {
		other := h
		spoil(&other)
		_, err := Open(path, other)
		if err == nil || !strings.Contains(err.Error(), path+":1: its blocks are of another "+what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestFileIsRead: what stands in a file, and what is said of it.
func TestFileIsRead(t *testing.T) {
	line := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(data) + "\n"
	}
	head, block := line(header(policy())), line(drawn(nil))
	newer := strings.Replace(head, `"schema":1`, `"schema":2`, 1)
	for _, c := range []struct{ data, wrong string }{
		{head, ""},
		{head + block + block, ""},
		{head + block + "{}\n", ""}, // the last line, whatever is wrong with it
		{head + "{}\n" + block, ":2: not a block: no such injection"},
		{head + block + "x\n" + block, ":3: not a block: invalid character"},
		{"", ":1: is empty"},
		{"{\"blocks\": []}\n", ":1: not the head"},
		{"some notes\n", ":1: not the head"},
		{newer + "{}\n{}\n", ":1: has schema 2"},
	} {
		path := filepath.Join(t.TempDir(), "blocks.jsonl")
		if err := os.WriteFile(path, []byte(c.data), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), path+c.wrong)) {
			t.Errorf("%q: %v, want %q", c.data, err, c.wrong)
		}
	}
	notes := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(notes, []byte("my notes"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(notes, header(policy())); err == nil {
		t.Error("a file of something else is overwritten")
	}
	if data, err := os.ReadFile(notes); err != nil || string(data) != "my notes" {
		t.Errorf("%q, %v", data, err)
	}
}

// FuzzParse holds that whatever stands in a file is read or refused, and that what was read
// reads the same again.
func FuzzParse(f *testing.F) {
	head, _ := json.Marshal(header(policy()))
	block, _ := json.Marshal(drawn(nil))
	f.Add([]byte(string(head) + "\n" + string(block) + "\n"))
	f.Add([]byte(string(head) + "\n" + string(block)))
	f.Add([]byte(`{"schema":1}` + "\n" + `{"injection":{"kind":"none"},"block":{"n":1}}` + "\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, whole, err := parse(data)
		if err != nil || got == nil {
			return
		}
		again, all, err := parse(data[:whole])
		if err != nil || all != whole || again.Torn || len(again.Blocks) != len(got.Blocks) {
			t.Fatalf("%q: %d blocks in %d bytes, again %+v, %d, %v", data, len(got.Blocks), whole, again, all, err)
		}
		for i := range got.Blocks {
			if err := got.Blocks[i].check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
