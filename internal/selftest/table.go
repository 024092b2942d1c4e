package selftest

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// Format is one way to print a report.
type Format struct {
	Name  string
	write func(io.Writer, *Report) error
}

// Formats lists all of them, the default first.
func Formats() []Format {
	return []Format{{"text", writeText}, {"markdown", writeMarkdown}, {"json", writeJSON}}
}

// Write prints the report.
func (f Format) Write(w io.Writer, r *Report) error { return f.write(w, r) }

func titles() []string {
	return []string{"check", "case", "truth", "measured", "error", "limit", "verdict"}
}

// cells are the texts of a row. The reason of a row without numbers stands in
// the last one.
func (r *Row) cells() []string {
	if r.Reading == nil {
		why := strings.Join(strings.Fields(r.Problem+r.NotHere), " ")
		return []string{r.Check, r.Case, "", "", "", "", string(r.Verdict()) + ": " + why}
	}
	d, u := r.Reading, r.Unit
	return []string{r.Check, r.Case, u.Format(d.Truth), u.Format(d.Measured), u.FormatError(d.Error()),
		"±" + u.Format(d.Limit), string(r.Verdict())}
}

func (r *Report) table() [][]string {
	rows := [][]string{titles()}
	for i := range r.Rows {
		rows = append(rows, r.Rows[i].cells())
	}
	return rows
}

// numeric says whether a column is aligned to the right.
func numeric(column int) bool { return column >= 2 && column <= 5 }

// conclusion is the line below the table.
func (r *Report) conclusion() string {
	counts := map[Verdict]int{}
	for i := range r.Rows {
		counts[r.Rows[i].Verdict()]++
	}
	text := fmt.Sprintf("%d pass, %d FAIL, %d n/a", counts[Pass], counts[Fail], counts[None])
	if r.Short {
		text += fmt.Sprintf("; short form: limits are at least %d times as wide, it finds gross errors only", shortFactor)
	}
	return text
}

func writeText(w io.Writer, r *Report) error {
	rows := r.table()
	widths := make([]int, len(titles()))
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			fill := strings.Repeat(" ", max(0, widths[i]-uniseg.StringWidth(cell)))
			if numeric(i) {
				line.WriteString(fill + cell + "  ")
			} else {
				line.WriteString(cell + fill + "  ")
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", out.String(), r.conclusion())
	return err
}

func writeMarkdown(w io.Writer, r *Report) error {
	var out strings.Builder
	out.WriteString("# The meters against known truth\n\n")
	for _, c := range Checks() {
		fmt.Fprintf(&out, "- `%s`: %s\n", c.ID, c.Doc)
	}
	out.WriteString("\n")
	for i, row := range r.table() {
		for j, cell := range row {
			row[j] = strings.ReplaceAll(cell, "|", `\|`)
		}
		out.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			for column := range row {
				out.WriteString(map[bool]string{true: "|--:", false: "|---"}[numeric(column)])
			}
			out.WriteString("|\n")
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", out.String(), r.conclusion())
	return err
}

// jsonRow is a row for programs: what is not known is absent.
type jsonRow struct {
	Check    string   `json:"check"`
	Case     string   `json:"case,omitempty"`
	Unit     Unit     `json:"unit,omitempty"`
	Truth    *float64 `json:"truth,omitempty"`
	Measured *float64 `json:"measured,omitempty"`
	Error    *float64 `json:"error,omitempty"`
	Limit    *float64 `json:"limit,omitempty"`
	Verdict  Verdict  `json:"verdict"`
	Reason   string   `json:"reason,omitempty"`
}

func writeJSON(w io.Writer, r *Report) error {
	out := struct {
		Short bool      `json:"short"`
		Rows  []jsonRow `json:"rows"`
	}{r.Short, []jsonRow{}}
	for i := range r.Rows {
		row := &r.Rows[i]
		j := jsonRow{Check: row.Check, Case: row.Case, Unit: row.Unit, Verdict: row.Verdict(), Reason: row.Problem + row.NotHere}
		if d := row.Reading; d != nil {
			off := d.Error()
			j.Truth, j.Measured, j.Error, j.Limit = &d.Truth, &d.Measured, &off, &d.Limit
		}
		out.Rows = append(out.Rows, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}
