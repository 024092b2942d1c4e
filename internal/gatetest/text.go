package gatetest

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

func writeText(w io.Writer, r *Result) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, r.headline())
	for _, s := range r.page() {
		if len(s.table) < 2 {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", s.title)
		s.columns(out)
		for _, n := range s.notes {
			fmt.Fprintln(out, "  "+n)
		}
	}
	fmt.Fprintln(out)
	for _, m := range r.method() {
		fmt.Fprintln(out, m)
	}
	return out.Flush()
}

// columns writes the table, aligned.
func (s *section) columns(w io.Writer) {
	widths := make([]int, len(s.table[0]))
	for _, row := range s.table {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	for _, row := range s.table {
		var line strings.Builder
		for i, cell := range row {
			fill := strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell))
			if i >= s.left {
				cell, fill = fill+cell, ""
			}
			line.WriteString("  " + cell + fill)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

func writeMarkdown(w io.Writer, r *Result) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# How good the gate is on this machine\n\n%s\n", escape(r.headline()))
	for _, s := range r.page() {
		if len(s.table) < 2 {
			continue
		}
		fmt.Fprintf(out, "\n## %s\n\n", s.title)
		s.pipes(out)
		for i, n := range s.notes {
			if i == 0 {
				fmt.Fprintln(out)
			}
			fmt.Fprintln(out, "- "+escape(n))
		}
	}
	fmt.Fprint(out, "\n## How to read this\n\n")
	for _, m := range r.method() {
		fmt.Fprintln(out, "- "+escape(m))
	}
	return out.Flush()
}

func (s *section) pipes(w io.Writer) {
	for i, row := range s.table {
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = escape(cell)
		}
		fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			fmt.Fprintln(w, strings.Repeat("|:--", s.left)+strings.Repeat("|--:", len(row)-s.left)+"|")
		}
	}
}

// escape keeps a text from being read as Markdown.
func escape(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`).Replace(text)
}
