package claimset

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var update = flag.Bool("update", false, "write the golden files")

func result(id, verdict, expect, measured, broken string) Result {
	return Result{Scenario: "quart", Broken: broken, Result: claim.Result{Verdict: verdict, Measured: measured,
		Claim: record.Claim{ID: id, Document: "Should I Migrate to an Async Framework?", Section: "An Example",
			Stated: "250 requests a second of four workers", Point: record.Point{Row: "quart ×4", Load: "r250"},
			Metric: "achieved", Expect: expect, Because: "four workers carry what one does"}}}
}

// example has a result of every kind.
func example() *Set {
	impossible := result("flask-187", record.Impossible, record.Impossible, "11.4/s (11.3–11.5), bound by workers: 4 workers / 350ms = 11.4 req/s", "")
	impossible.Bound = "bound by workers: 4 workers / 350ms = 11.4 req/s"
	impossible.Ceiling = "4 workers / 350ms = 11.4 req/s"
	impossible.Instead = []claim.Evidence{{Point: record.Point{Row: "flask threads=20", Load: "c100"}, Measured: "200.1/s", Met: true}}
	impossible.Notes = []string{"2 trials: no interval"}
	return &Set{Schema: Schema, Tool: "v1", Status: record.StatusComplete, Options: Options{Seed: 1, Short: true},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Scenarios: []Entry{
			{Scenario: "quart", Status: record.StatusComplete, Record: "results/runs/1-quart", Machine: &record.Environment{OS: "linux", Kernel: "6.1", Cores: 2, Go: "go1.26"}},
			{Scenario: "node", Status: record.StatusFailed, Note: "nothing could be measured"},
			{Scenario: "late", Status: record.StatusPending},
		},
		Results: []Result{
			result("quart-250", record.Reproduced, record.Reproduced, "249.8/s (249.1–250.0), bound by rate: offered 250 req/s", ""),
			impossible,
			result("uvloop-2x", record.NotReproduced, record.Reproduced, "1.1 times, not explained by any known ceiling", ""),
			result("session", record.NotMeasured, record.Reproduced, "aiohttp: invalid: | drift", "aiohttp under c400: invalid: | drift"),
			result("redis", record.NotMeasured, record.Reproduced, "not installed: make python", ""),
		}}
}

// golden compares with a file, or writes it.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it; %v):\n%s", path, err, got)
	}
}

func TestText(t *testing.T) {
	for file, width := range map[string]int{"wide.txt": 0, "narrow.txt": 100} {
		var b bytes.Buffer
		if err := example().Text(&b, width); err != nil {
			t.Fatal(err)
		}
		golden(t, file, b.Bytes())
	}
}

func TestPage(t *testing.T) {
	var b bytes.Buffer
	if err := example().Page(&b, true); err != nil {
		t.Fatal(err)
	}
	golden(t, "claims.md", b.Bytes())
}

func TestCount(t *testing.T) {
	c := example().Count()
	if !slices.Equal(c.Contradicts, []string{"uvloop-2x"}) || !slices.Equal(c.Spoilt, []string{"session"}) || c.Absent != 1 {
		t.Errorf("got %+v", c)
	}
}

// Broken is what a verdict needs, not what is shown beside it, nor what is not installed.
func TestBroken(t *testing.T) {
	c := record.Claim{Point: record.Point{Row: "a", Load: "c8", To: "b"}, Go: []string{"c"}}
	for row, want := range map[string]string{
		"a": "a under c8: failed: it died", "b": "b under c8: failed: it died", "c": "", "d": "",
	} {
		s := &metric.Summary{Rows: []metric.Row{{Subject: row, Load: "c8", State: metric.Failed, Why: "it died"}}}
		if got := broken(&c, s); got != want {
			t.Errorf("%s: got %q, want %q", row, got, want)
		}
	}
	s := &metric.Summary{Rows: []metric.Row{{Subject: "a", Load: "c8", State: metric.Missing, Why: "not installed: make python"}}}
	if got := broken(&c, s); got != "" {
		t.Errorf("got %q of what is not installed", got)
	}
}

func TestASetIsReadBack(t *testing.T) {
	parent := t.TempDir()
	want := example()
	dir, err := Create(parent, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(filepath.Join(parent, "latest"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: got %+v\nwant %+v", err, got, want)
	}
	if path, _, err := Unfinished(parent); err != nil || path != "" {
		t.Errorf("%s is unfinished, %v", path, err)
	}
	want.Status = record.StatusRunning // as a harness that was killed leaves it
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	newer, err := Create(parent, example())
	if err != nil || newer == dir {
		t.Fatalf("%s and %s, %v", dir, newer, err)
	}
	if path, _, err := Unfinished(parent); err != nil || path != dir {
		t.Errorf("%s is unfinished, want %s, %v", path, dir, err)
	}
	if path, _, err := Newest(parent); err != nil || path != newer {
		t.Errorf("%s is the newest, want %s, %v", path, newer, err)
	}
	if _, _, err := Unfinished(filepath.Join(parent, "nowhere")); err != nil {
		t.Error(err)
	}
}

func TestPutKeepsTheOrderOfTheScenarios(t *testing.T) {
	s := &Set{Scenarios: []Entry{{Scenario: "a"}, {Scenario: "b"}, {Scenario: "c"}}}
	for _, name := range []string{"c", "a", "b", "a"} {
		s.Put(name, []Result{{Scenario: name}, {Scenario: name}})
	}
	var got []string
	for _, r := range s.Results {
		got = append(got, r.Scenario)
	}
	if want := "a a b b c c"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
