package report

import (
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

// lineOf finds the line of a report that begins so, however it is set off.
func lineOf(text, begin string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimLeft(strings.TrimSpace(line), "- "); strings.HasPrefix(line, begin) {
			return line
		}
	}
	return ""
}

// The line is there for the rows that have a database, says why where its CPU is not
// known, and is not there where no row has one.
func TestBackingIsOneLineOfTheRowsThatHaveIt(t *testing.T) {
	servers, load := metrictest.Servers(), metrictest.Loads()[1]
	m := metrictest.New(1, []record.Load{load}, servers)
	for i := range servers {
		m.Add(&servers[i], &load, 1)
	}
	for i := range m.Record.Cells {
		c := &m.Record.Cells[i]
		switch machine := &c.Machine; {
		case c.Subject == "fasthttp":
			machine.Backing = record.Backing{BackingWhy: "DATABASE_URL: not at a loopback address"}
		case c.Subject == "gin":
			machine.BackingPrograms = []string{"slowlink"}
		}
	}
	r := reportOf(t, m)
	i := 1
	if r.Summary.Rows[i].Subject != "gin" {
		t.Fatalf("row %d is %s", i, r.Summary.Rows[i].Subject)
	}
	gin, _ := metric.ByID(metric.BackingCPU)
	want := "database and cache: gin " + r.Summary.Rows[i].Format(gin) + " of CPU a request, " +
		"fasthttp n/a (DATABASE_URL: not at a loopback address); not part of CPU/req; counted: slowlink"
	for _, format := range []string{"text", "markdown"} {
		if got := lineOf(render(t, r, format, Options{}), "database and cache"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", format, got, want)
		}
	}
	for i := range r.Summary.Rows {
		if values := r.Summary.Rows[i].Values; values != nil {
			values[metric.BackingCPU] = metric.Spread{Median: metric.Value{Why: metric.NoBacking}}
		}
	}
	if text := render(t, r, "text", Options{}); lineOf(text, "database and cache") != "" {
		t.Errorf("a line of no row:\n%s", text)
	}
}
