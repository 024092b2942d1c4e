package strict

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds on what is given to the YAML parser, which recurses: a stack that
// overflows cannot be recovered from.
const (
	maxSize  = 1 << 20
	maxLine  = 4096 // bytes
	maxLines = 10_000
	maxDepth = 64 // of brackets, of values
)

// Parse reads src; file is the name problems are reported under. What is wrong
// is in the document's Err, with what the decoder notes later.
func Parse(file string, src []byte) *Document {
	d := &Document{file: file}
	d.root = Node{doc: d}
	if !d.readable(src) {
		return d
	}
	tree, err := parseYAML(src)
	if err != nil {
		d.noteSyntax(err)
		return d
	}
	if body := d.single(tree); body != nil {
		d.root = d.build(body, "", 0)
	}
	return d
}

// readable refuses what the parser should not see.
func (d *Document) readable(src []byte) bool {
	switch {
	case len(src) > maxSize:
		d.note(0, 0, fmt.Sprintf("file of %d bytes", len(src)), "at most 1 MiB")
	case !utf8.Valid(src):
		d.note(0, 0, "not valid UTF-8", "save the file as UTF-8")
	case bytes.ContainsRune(src, 0):
		d.note(0, 0, "contains a NUL byte", "write plain text")
	default:
		return d.shallow(src)
	}
	return false
}

// shallow bounds nesting before it is parsed: by brackets, and by the length of
// a line, since one line can hold many levels of "- - -". The number of lines is
// bounded because the parser's time grows with the square of a mapping's keys.
func (d *Document) shallow(src []byte) bool {
	line, column, depth := 1, 0, 0
	for _, c := range src {
		column++
		switch c {
		case '\n':
			line, column = line+1, 0
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		}
		if depth > maxDepth || column > maxLine || line > maxLines {
			d.note(line, column, "line too long, brackets nested too deep, or too many lines",
				fmt.Sprintf("at most %d bytes a line, %d levels and %d lines", maxLine, maxDepth, maxLines))
			return false
		}
	}
	return true
}

// parseYAML turns a panic of the parser into an error: its input is anything.
func parseYAML(src []byte) (tree *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser gave up: %v", r)
		}
	}()
	return parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
}

func (d *Document) noteSyntax(err error) {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		d.note(0, 0, err.Error(), "write valid YAML")
		return
	}
	pos := at.GetToken().Position
	d.note(pos.Line, pos.Column, "not valid YAML: "+at.GetMessage(),
		"check indentation, quotes and brackets here and just before")
}

// single returns the body of the one document a file may hold.
func (d *Document) single(tree *ast.File) ast.Node {
	var bodies []ast.Node
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		d.note(0, 0, "the file is empty", "write a mapping, such as name: value")
		return nil
	}
	if len(bodies) > 1 {
		line, column := position(bodies[1])
		d.note(line, column, "a second YAML document", "keep one document a file; remove the --- line")
		return nil
	}
	return bodies[0]
}
