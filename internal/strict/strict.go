// Package strict reads YAML files that people write: every problem of a file
// is reported at once, each as file:line:column, what it is, and what to write
// instead. A Document is decoded by small explicit code, a line per field:
//
//	doc := strict.Parse(name, src)
//	m := doc.Root().Map("name", "warmup")
//	m.Need("name").Text(&s.Name)
//	m.Get("warmup").Duration(&s.Warmup, 0, time.Hour)
//	return s, doc.Err()
//
// A field that is absent or wrong leaves its destination as it was; what is
// wrong has been noted in the document.
//
// Limits: one document of at most 1 MiB; block and flow mappings, sequences and
// scalars; no anchors, aliases, tags and merge keys, which are refused in words.
package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is what is wrong with a value, without its place.
type Fault struct {
	What    string // what is wrong
	Instead string // what to write instead
}

// String is the fault as a reader sees it.
func (f Fault) String() string {
	if f.Instead == "" {
		return f.What
	}
	return f.What + ": " + f.Instead
}

// Problem is one thing wrong with a file.
type Problem struct {
	File         string
	Line, Column int // from 1; 0 where the whole file is meant
	What         string
	Instead      string // what to write instead
}

// String is the problem as compilers print theirs.
func (p Problem) String() string {
	text := Fault{What: p.What, Instead: p.Instead}.String()
	if p.Line == 0 {
		return p.File + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// Problems is everything wrong with a file, or with several.
type Problems []Problem

var _ error = Problems(nil)

// Error is one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Err is the problems as an error, in the order of the files' text; nil where
// there is none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	sorted := slices.Clone(ps)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return sorted
}

// Document is one file and what is wrong with it.
type Document struct {
	file     string
	root     Node
	problems Problems
}

// Root is the document's value; absent where the file could not be read as YAML.
func (d *Document) Root() Node { return d.root }

// Err is everything noted so far, as Problems; nil where all is well.
func (d *Document) Err() error { return d.problems.Err() }

// Clean says that nothing has been noted so far: checks across fields wait for it.
func (d *Document) Clean() bool { return len(d.problems) == 0 }

// Add notes a problem of another file, one that this document names.
func (d *Document) Add(p Problem) { d.problems = append(d.problems, p) }

func (d *Document) note(line, column int, what, instead string) {
	d.problems = append(d.problems, Problem{
		File: d.file, Line: line, Column: column, What: what, Instead: instead,
	})
}
