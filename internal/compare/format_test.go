package compare

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it):\n%s", path, got)
	}
}

const scenarioText = "name: headline\nproviders:\n  email:\n    latency: 200ms\nservers:\n  - name: goroutine\nloads:\n" +
	"  c100: {closed: {connections: 100}}\nclaims:\n  - id: one\nduration: 6s\n"

// second is the first record with another fasthttp, an hour later.
func second(change func(*record.Run)) *metrictest.Memory {
	servers := metrictest.Servers()
	servers[2].Cost += servers[2].Cost / 4
	servers[2].Subject.Binary = strings.Repeat("f", 64)
	servers[2].Subject.Settings = map[string]string{"client": "nethttp"}
	servers[0], servers[1] = servers[1], servers[0] // other draws
	m := measure(servers)
	m.Record.ID, m.Record.Started = "20260102T040405Z-headline", m.Record.Started.Add(time.Hour)
	m.Record.Environment.Kernel, m.Record.Environment.Commit = "6.9.0", "0123456789abcdef+dirty"
	change(&m.Record)
	return m
}

func measure(servers []metrictest.Server) *metrictest.Memory {
	loads := metrictest.Loads()[:2]
	for i := range servers {
		if s := &servers[i].Subject; s.Binary == "" && s.Missing == "" {
			s.Binary = strings.Repeat("e", 64)
		}
	}
	m := metrictest.New(6, loads, servers)
	m.Record.Scenario.Text = scenarioText
	m.Record.Environment.RoundsPerMS = 8000
	for trial := 1; trial <= 6; trial++ {
		for l := range m.Record.Loads {
			for s := range servers {
				m.Add(&servers[s], &m.Record.Loads[l], trial)
			}
		}
	}
	return m
}

func render(t *testing.T, r *Report, format string, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Render(&b, format, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// computed are the comparisons that the tests render, worked out when they are first wanted.
var (
	first   = sync.OnceValue(func() *metrictest.Memory { return measure(metrictest.Servers()) })
	alike   = sync.OnceValues(func() (*Report, error) { return Of(first(), second(func(*record.Run) {})) })
	unlikes = sync.OnceValues(func() (*Report, error) { return Of(first(), second(unlikeIt)) })
)

// unlikeIt makes a record one of another scenario on another machine, and renames a row.
func unlikeIt(r *record.Run) {
	r.Scenario.Hash, r.Scenario.Text = "77aa", strings.Replace(scenarioText, "200ms", "20ms", 1)
	r.Scenario.Seed, r.Scenario.Duration = 7, 8*time.Second
	r.Environment.CPU, r.Environment.Cores, r.Environment.RoundsPerMS = "Example <CPU> 9|000", 4, 12000
	for i := range r.Subjects {
		r.Subjects[i].ID = strings.Replace(r.Subjects[i].ID, "goroutine ×2", "goroutine_*2*", 1)
	}
	for i := range r.Cells {
		r.Cells[i].Subject = strings.Replace(r.Cells[i].Subject, "goroutine ×2", "goroutine_*2*", 1)
	}
}

// must is a comparison that cannot fail.
func must(t *testing.T, of func() (*Report, error)) *Report {
	t.Helper()
	r, err := of()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGolden(t *testing.T) {
	a, u := must(t, alike), must(t, unlikes)
	golden(t, "alike.txt", render(t, a, "text", Options{Width: 120}))
	golden(t, "alike.md", render(t, a, "markdown", Options{}))
	golden(t, "alike.json", render(t, a, "json", Options{}))
	golden(t, "unlike.txt", render(t, u, "text", Options{Width: 90}))
	golden(t, "unlike.md", render(t, u, "markdown", Options{}))
}

func TestFormatsConform(t *testing.T) {
	r := must(t, unlikes)
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || seen[f.Name] {
			t.Errorf("incomplete: %+v", f)
		}
		seen[f.Name] = true
		out := render(t, r, f.Name, Options{})
		for _, wanted := range []string{NotInterleaved, "another scenario", "another machine", "fasthttp", "latency: 20ms", r.A.ID, r.B.ID} {
			if !strings.Contains(out, wanted) {
				t.Errorf("%s does not say %q", f.Name, wanted)
			}
		}
		if strings.Contains(out, "NaN") || strings.Contains(out, "Inf") || !strings.HasSuffix(out, "\n") {
			t.Errorf("%s holds a number that is none, or ends in mid-line", f.Name)
		}
		if empty := render(t, compare(side{run: &record.Run{}}, side{run: &record.Run{}}), f.Name, Options{}); !strings.HasSuffix(empty, "\n") {
			t.Errorf("%s of nothing: %q", f.Name, empty)
		}
	}
	if err := r.Render(&bytes.Buffer{}, "pdf", Options{}); err == nil || err.Error() != `unknown format "pdf" (valid: text, markdown, json)` {
		t.Errorf("%v", err)
	}
}

// A missing value is null in JSON, never a zero, and what is written can be read.
func TestJSONHasNoZeroForWhatIsMissing(t *testing.T) {
	var back Report
	out := render(t, must(t, alike), "json", Options{})
	if err := json.Unmarshal([]byte(out), &back); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, p := range back.Pairs {
		for _, f := range p.Figures {
			found = found || f.Said != ""
			if !f.A.OK && f.A.V != 0 && f.A.Instead == "" || f.Said != "" && f.Ratio == nil && f.Shift == nil {
				t.Errorf("%s: %+v", p.Subject, f)
			}
		}
	}
	if !found {
		t.Error("nothing is said of anything")
	}
}

// On a page what comes from outside is text: it ends no cell and opens no tag.
func TestPageEscapes(t *testing.T) {
	page := render(t, must(t, unlikes), "markdown", Options{})
	for _, bad := range []string{"<CPU>", "9|000", "_*2*"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is not escaped", bad)
		}
	}
}

// Sentences stay within the width of the terminal.
func TestSentencesAreWrapped(t *testing.T) {
	for l := range strings.Lines(render(t, must(t, alike), "text", Options{Width: 60})) {
		if l = strings.TrimRight(l, "\n"); uniseg.StringWidth(l) > 60 && (strings.HasPrefix(l, "!") || strings.Contains(l, ": ")) {
			t.Errorf("%d columns: %s", uniseg.StringWidth(l), l)
		}
	}
}
