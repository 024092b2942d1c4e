package report

import (
	"bufio"
	"io"
)

// Column is one column of a table of another package.
type Column[T any] struct {
	Title string
	Left  bool // aligned
	Of    func(*T) string
	// Drop is the order in which columns are left out where the terminal is too
	// narrow, from 1; 0: never.
	Drop int
}

// Table prints a table as the text report has them. A row without figures has its name and
// why in their place; code is the terminal's code for the colour of a row, or empty.
func Table[T any](w io.Writer, o Options, columns []Column[T], rows []T, absence func(*T) (name, why string), code func(*T) string) error {
	all := make([]columnOf[T], len(columns))
	for i, c := range columns {
		all[i] = columnOf[T]{c.Title, c.Left, c.Of, c.Drop}
	}
	p := &printer{w: bufio.NewWriter(w), o: o}
	printTable(p, all, rows, absence, code)
	return p.w.Flush()
}
