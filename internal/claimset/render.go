package claimset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/notifybench/notifybench/internal/record"
)

// Text prints the table for a terminal of a width (0: not known), a paragraph for each
// claim that did not come out as expected, and the count.
func (s *Set) Text(w io.Writer, width int) error {
	b := bufio.NewWriter(w)
	for _, line := range table(s.Results, width) {
		fmt.Fprintln(b, line)
	}
	for i := range s.Results {
		if s.Results[i].unlike() {
			fmt.Fprintln(b)
			s.Results[i].paragraph(b, width)
		}
	}
	fmt.Fprintln(b)
	for _, line := range s.remarks() {
		for _, l := range wrap(line, width) {
			fmt.Fprintln(b, l)
		}
	}
	return b.Flush()
}

func (r *Result) paragraph(w io.Writer, width int) {
	for i, line := range r.details() {
		first, rest := "  ", "    "
		if i == 0 {
			first, rest = "", "  "
		}
		room := width
		if width > 0 {
			room = max(minWidth, width-len(rest))
		}
		for n, l := range wrap(line, room) {
			if n > 0 {
				first = rest
			}
			fmt.Fprintln(w, first+l)
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
	var titles, rules []string
	for _, c := range columns() {
		titles, rules = append(titles, c.title), append(rules, "---")
	}
	fmt.Fprintf(b, "# Claims\n\n| %s |\n| %s |\n", strings.Join(titles, " | "), strings.Join(rules, " | "))
	for i := range s.Results {
		var cells []string
		for _, c := range columns() {
			cells = append(cells, escape(c.of(&s.Results[i])))
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
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
		for _, line := range r.details()[1:] {
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
