package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/chart"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

var update = flag.Bool("update", false, "write what was rendered into testdata")

func reportOf(t testing.TB, m *metrictest.Memory) *Report {
	t.Helper()
	r, err := New(m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t testing.TB, r *Report, format string, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Render(&b, format, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with testdata/name; what differs is left beside it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	want := string(data)
	if got == want {
		return
	}
	if err := os.WriteFile(filepath.Join("testdata", ".got-"+name), []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", path, len(g), len(w))
}

func TestGolden(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(6))
	golden(t, "wide.txt", render(t, r, "text", Options{Width: 150}))
	golden(t, "narrow.txt", render(t, r, "text", Options{Width: 90}))
	golden(t, "colour.txt", render(t, r, "text", Options{Width: 150, Colour: true}))
	golden(t, "results.csv", render(t, r, "csv", Options{}))
	golden(t, "report.md", render(t, r, "markdown", Options{}))
	searched, err := metrictest.Searched(6)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "capacity.txt", render(t, reportOf(t, searched), "text", Options{Width: 150}))
}

func TestFormatsConform(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(1))
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || seen[f.Name] {
			t.Errorf("incomplete: %+v", f)
		}
		seen[f.Name] = true
		out := render(t, r, f.Name, Options{Width: 100})
		for _, s := range r.Run.Subjects {
			if !strings.Contains(out, s.ID) {
				t.Errorf("%s does not name row %s", f.Name, s.ID)
			}
		}
		if strings.Contains(out, "NaN") || strings.Contains(out, "Inf") || !strings.HasSuffix(out, "\n") {
			t.Errorf("%s holds a number that is none, or ends in mid-line", f.Name)
		}
	}
	err := r.Render(&bytes.Buffer{}, "pdf", Options{})
	if err == nil || err.Error() != `unknown report format "pdf" (valid: text, markdown, csv, json)` {
		t.Errorf("%v", err)
	}
}

// However narrow the terminal, no line is longer than it, as long as the columns
// that always stay and each word fit; and lines of a table end where they should.
func TestTextFitsTheTerminal(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(2))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(80, 200).Draw(t, "width")
		var b bytes.Buffer
		if err := r.Render(&b, "text", Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if w := uniseg.StringWidth(strings.TrimRight(line, "\n")); w > width {
				t.Fatalf("%d columns of %d: %s", w, width, line)
			}
		}
	})
}

// Colour adds nothing but escapes, and only when asked for.
func TestColourIsOnlyEscapes(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(1))
	plain := render(t, r, "text", Options{Width: 120})
	coloured := render(t, r, "text", Options{Width: 120, Colour: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[90mgoroutine ×2") {
		t.Error("escapes where there should be none, or no grey for the invalid row")
	}
	if got := regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(coloured, ""); got != plain {
		t.Error("colour changed the text")
	}
}

func TestCSVIsRectangularAndLeavesTheMissingEmpty(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(1))
	rows, err := csv.NewReader(strings.NewReader(render(t, r, "csv", Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(r.Run.Cells) {
		t.Fatalf("%d lines of %d cells", len(rows), len(r.Run.Cells))
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, line := range rows[1:] {
		closed := line[column["load"]] == "c100"
		measured := line[column["status"]] == "ok"
		if offered := line[column["offered_req_per_s"]]; (offered == "") != (closed || !measured) {
			t.Errorf("offered reads %q in %v", offered, line)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(1))
	var s metric.Summary
	if err := json.Unmarshal([]byte(render(t, r, "json", Options{})), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != len(r.Summary.Rows) || len(s.Rankings) != 3 || s.Run != r.Run.ID {
		t.Errorf("%d rows, %d rankings of run %q", len(s.Rows), len(s.Rankings), s.Run)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	m := metrictest.Fixture(2)
	m.Record.Status, m.Record.Note = record.StatusInterrupted, "stopped by the user"
	for i := len(m.Record.Cells) - 20; i < len(m.Record.Cells); i++ {
		m.Record.Cells[i].Status = record.StatusPending
	}
	r := reportOf(t, m)
	for _, format := range []string{"text", "markdown"} {
		top, _, _ := strings.Cut(render(t, r, format, Options{}), "trials of")
		for _, want := range []string{"INTERRUPTED: stopped by the user", "20 of 42 cells not measured"} {
			if !strings.Contains(top, want) {
				t.Errorf("%s does not begin with %q:\n%s", format, want, top)
			}
		}
	}
	for i := range m.Record.Cells {
		m.Record.Cells[i].Status = record.StatusPending
	}
	out := render(t, reportOf(t, m), "text", Options{})
	if !strings.Contains(out, "not measured: the run did not get there") || strings.Contains(out, " 0/s") {
		t.Errorf("a run without a cell:\n%s", out)
	}
}

// Everything Write says it wrote is there, nothing else is, and the page shows
// the charts that are.
func TestWrite(t *testing.T) {
	servers, load := metrictest.Servers(), metrictest.Loads()[2]
	m := metrictest.New(1, []record.Load{load}, servers)
	for i := range servers {
		m.Add(&servers[i], &load, 1)
	}
	dir, err := m.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	src, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(src)
	if err != nil {
		t.Fatal(err)
	}
	files, err := r.Write(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	charts := 0
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
		if filepath.Base(filepath.Dir(path)) == chartsDir {
			charts++
		}
	}
	if found, _ := filepath.Glob(filepath.Join(dir, chartsDir, "*")); len(found) != charts || charts != 12 {
		t.Errorf("%d charts written, %d in the folder", charts, len(found))
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\((charts/[^)]+)\)`).FindAllSubmatch(page, -1)
	if len(links) != charts {
		t.Errorf("%d links to %d charts", len(links), charts)
	}
	for _, l := range links {
		if _, err := os.Stat(filepath.Join(dir, string(l[1]))); err != nil {
			t.Error(err)
		}
	}
}

func TestChartFilesHavePlainNames(t *testing.T) {
	d := drawn{chart.Chart{Name: "cpu"}, &chart.Data{Load: &record.Load{Name: "100 conn/s ü"}}}
	if got := d.file("png"); got != "charts/100-conn-s---cpu.png" {
		t.Error(got)
	}
}

// Wrapping loses no word, keeps their order, and breaks only where it must.
func TestWrapLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-zé×]{1,12}`)).Draw(t, "words"), " ")
		width := rapid.IntRange(10, 40).Draw(t, "width")
		lines := wrap("- ", text, width)
		var words []string
		for i, l := range lines {
			body := strings.TrimPrefix(strings.TrimPrefix(l, "- "), "  ")
			words = append(words, strings.Fields(body)...)
			if uniseg.StringWidth(l) > width && strings.Contains(body, " ") {
				t.Fatalf("%q is wider than %d", l, width)
			}
			if i > 0 && uniseg.StringWidth(lines[i-1])+1+uniseg.StringWidth(strings.Fields(body)[0]) <= width {
				t.Fatalf("%q had room for %q", lines[i-1], l)
			}
		}
		if got := strings.Join(words, " "); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
