package compare

import (
	"slices"
	"strings"
)

// measured is the text of a scenario without its claims, in lines: they change nothing
// of what is measured, and are no part of the hash.
func measured(text string) (lines []string) {
	skipping := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if indent(line) == 0 {
			skipping = strings.HasPrefix(line, "claims:")
		}
		if !skipping {
			lines = append(lines, line)
		}
	}
	return lines
}

// indent is the depth of a line of YAML: of an item of a list that of its dash.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// edit is a line of both texts (' '), of the first alone ('-') or of the second ('+').
type edit struct {
	op   byte
	line string
}

func (e edit) String() string { return string(e.op) + " " + e.line }

// diff lists the lines that differ, each below the keys that it stands under.
func diff(a, b []string) (out []string) {
	type key struct {
		edit
		shown bool
	}
	var under []key // of the line at hand, outermost first
	for _, e := range script(a, b) {
		under = slices.DeleteFunc(under, func(k key) bool { return indent(k.line) >= indent(e.line) })
		under = append(under, key{edit: e})
		if e.op == ' ' {
			continue
		}
		for i := range under {
			if k := &under[i]; !k.shown {
				out, k.shown = append(out, k.String()), true
			}
		}
	}
	return out
}

// script turns a into b with as few lines taken out and put in as possible.
func script(a, b []string) (edits []edit) {
	common := make([][]int, len(a)+1) // lines that a[i:] and b[j:] share at most, in order
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{' ', a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			edits = append(edits, edit{'-', a[i]})
			i++
		default:
			edits = append(edits, edit{'+', b[j]})
			j++
		}
	}
	return edits
}
