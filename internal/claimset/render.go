package claimset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

// Text prints the table for a terminal of a width (0: not known), a paragraph for each
// claim that did not come out as expected, and the count.
func (s *Set) Text(w io.Writer, width int) error {
	b := bufio.NewWriter(w)
	for _, lines := range report.ClaimLines(s.Claims(), width) {
		for _, line := range lines {
			fmt.Fprintln(b, line)
		}
	}
	for i := range s.Results {
		if s.Results[i].unlike() {
			fmt.Fprintln(b)
			s.Results[i].paragraph(b, width)
		}
	}
	fmt.Fprintln(b)
	for _, line := range s.remarks() {
		for _, l := range report.Wrap("", line, width) {
			fmt.Fprintln(b, l)
		}
	}
	return b.Flush()
}

// Claims are the results alone.
func (s *Set) Claims() []claim.Result {
	var results []claim.Result
	for i := range s.Results {
		results = append(results, s.Results[i].Result)
	}
	return results
}

func (r *Result) paragraph(w io.Writer, width int) {
	fmt.Fprintf(w, "%s: %s; expected %s\n", r.Claim.ID, r.Verdict, r.Claim.Expect)
	for _, line := range r.details() {
		for _, l := range report.Wrap("  ", line, width) {
			fmt.Fprintln(w, l)
		}
	}
}

// remarks are the count, and what a reader must know of the set.
func (s *Set) remarks() []string {
	lines := []string{s.Count().String()}
	if s.Options.Short {
		lines = append(lines, "short windows, core claims only: to see that everything works, not to quote")
	}
	pending := 0
	for i := range s.Scenarios {
		e := &s.Scenarios[i]
		switch {
		case !e.Over():
			pending++
		case e.Note != "":
			lines = append(lines, e.Scenario+": "+e.Note)
		}
	}
	if pending > 0 {
		lines = append(lines, fmt.Sprintf("%d of %d scenarios have not been carried out", pending, len(s.Scenarios)))
	}
	return lines
}

// Page writes the set as Markdown: the table, then every claim. Where there is one, it
// shows the chart beside it.
func (s *Set) Page(w io.Writer, chart bool) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Claims\n\n")
	for _, line := range report.ClaimPage(s.Claims()) {
		fmt.Fprintln(b, line)
	}
	fmt.Fprintln(b)
	for _, line := range s.remarks() {
		fmt.Fprintf(b, "%s\n\n", escape(line))
	}
	if chart {
		fmt.Fprintf(b, "![What the documents state, and what was measured](%s)\n\n", ChartFile)
	}
	for i := range s.Results {
		r := &s.Results[i]
		fmt.Fprintf(b, "## %s\n\n", r.Claim.ID)
		for _, line := range r.details() {
			fmt.Fprintf(b, "- %s\n", escape(line))
		}
		fmt.Fprintf(b, "- Verdict: **%s**, expected %s (scenario %s)\n\n", r.Verdict, r.Claim.Expect, r.Scenario)
	}
	s.machines(b)
	return b.Flush()
}

// machines says where the records were made, once where that is the same for all.
func (s *Set) machines(w io.Writer) {
	fmt.Fprintf(w, "## Records\n\n")
	for i := range s.Scenarios {
		e := &s.Scenarios[i]
		where := none
		if e.Record != "" {
			where = "`" + filepath.Base(e.Record) + "`"
		}
		fmt.Fprintf(w, "- %s: %s%s\n", e.Scenario, where, machine(e.Machine))
	}
}

func machine(e *record.Environment) string {
	if e == nil {
		return ""
	}
	return escape(fmt.Sprintf(", %s %s, %d cores, %s", e.OS, e.Kernel, e.Cores, e.Go))
}

// escape keeps a text from being read as Markdown.
func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;").Replace(text)
}

// WritePage writes claims.md into dir atomically.
func (s *Set) WritePage(dir string, chart bool) error {
	var b bytes.Buffer
	if err := s.Page(&b, chart); err != nil {
		return err
	}
	return record.WriteFile(filepath.Join(dir, PageFile), b.Bytes())
}
