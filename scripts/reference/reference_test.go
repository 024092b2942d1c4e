package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const committed = "../../results/reference"

// measured is the folder of a record that a run has left, of which text is replaced in
// the files that tell what was run and what came of it.
func measured(t *testing.T, name string, replace ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "20260101T000000Z-"+name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(committed, name))); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "cells/000-x/requests.gob", "raw")
	put(t, dir, "cells/000-x/server.log", "said")
	for _, file := range []string{"run.json", "summary.json"} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, file, strings.NewReplacer(replace...).Replace(string(data)))
	}
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A record is kept without what was measured raw; what was there before goes.
func TestOfARecord(t *testing.T) {
	to, from := t.TempDir(), measured(t, "background")
	put(t, to, "background/charts/old.png", "of another day")
	var said bytes.Buffer
	if err := run(&said, to, []string{from}); err != nil {
		t.Fatal(err)
	}
	want, err := filesBelow(filepath.Join(committed, "background"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := filesBelow(filepath.Join(to, "background"))
	if err != nil {
		t.Fatal(err)
	}
	if d := differences(want, got); len(d) > 0 {
		t.Errorf("not what it should be: %q", d)
	}
	for _, line := range []string{"  - charts/old.png\n", "  + run.json\n", "  + charts/r200-timeline.svg\n"} {
		if !strings.Contains(said.String(), line) {
			t.Errorf("no word of %q:\n%s", line, &said)
		}
	}
	said.Reset()
	if err := run(&said, to, []string{from}); err != nil || !strings.Contains(said.String(), "as it was") {
		t.Errorf("once more: %v\n%s", err, &said)
	}
	if left, err := os.ReadDir(to); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A set of claims brings the records that it rests on, and names them where they are then.
func TestOfASetOfClaims(t *testing.T) {
	t.Setenv("HOME", "/home/ann")
	to, set := t.TempDir(), t.TempDir()
	one, two := measured(t, "background", "(devel)", "built in /home/ann/src"), measured(t, "slow-dependency")
	data, err := json.Marshal(map[string]any{"status": "complete", "options": map[string]any{"short": false},
		"scenarios": []map[string]string{{"record": one}, {"record": ""}, {"record": two}}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, set, claimsFile, string(data))
	put(t, set, claimsPage, "| claim |\n|:--|\n| of "+one+" |\n")
	if err := run(io.Discard, to, []string{set}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"results/reference/background", "results/reference/slow-dependency"} {
		if !strings.Contains(text(t, to, claimsName, claimsFile), `"record":"`+name+`"`) {
			t.Errorf("the set does not name %s", name)
		}
	}
	if got := text(t, to, claimsName, claimsPage); !strings.Contains(got, "of results/reference/background |") {
		t.Errorf("the page says %s", got)
	}
	if got := text(t, to, "background/run.json"); !strings.Contains(got, "built in ~/src") {
		t.Error("the home folder is in the record")
	}
}

// What cannot be a reference is refused, and nothing is replaced.
func TestRefused(t *testing.T) {
	good := measured(t, "background")
	set := t.TempDir()
	put(t, set, claimsFile, `{"status": "interrupted"}`)
	short := t.TempDir()
	put(t, short, claimsFile, `{"status": "complete", "options": {"short": true}}`)
	for want, folders := range map[string][]string{
		"name the folder":              {},
		"is not a record":              {t.TempDir()},
		"is interrupted: a reference":  {good, measured(t, "background", `"status": "complete"`, `"status": "interrupted"`)},
		"is of a short run":            {measured(t, "background", `"seed": 1,`, `"seed": 1, "short": true,`)},
		"would both become background": {good, measured(t, "background")},
		"run.json:3: names a machine":  {good, measured(t, "slow-dependency", "(devel)", "of /srv/build/7")},
		"run.json:3: names a":          {measured(t, "background", "(devel)", "on db1.internal")},
		"is no name for a folder":      {measured(t, "background", `"name": "background"`, `"name": "../x"`)},
		"is interrupted: notifybench":  {set},
		"is short":                     {short},
	} {
		to := t.TempDir()
		if err := run(io.Discard, to, folders); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if left, err := os.ReadDir(to); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v %v", want, left, err)
		}
	}
}
