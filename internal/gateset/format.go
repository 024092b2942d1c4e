package gateset

import (
	"fmt"
	"io"
	"strings"
)

// Options are what a terminal can show.
type Options struct {
	Colour bool // the caller honours NO_COLOR
	Width  int  // in columns; 0: as wide as it gets
	ASCII  bool // the bars are drawn without line-drawing characters
}

// Format is one way to show a gate.
type Format struct {
	Name  string
	File  string // in the gate's folder; empty: for the output of a command only
	Doc   string
	Write func(io.Writer, *Set, Options) error
}

// Formats lists the formats.
func Formats() []Format { return []Format{text, markdown, document, junit, benchmarks, github} }

// Names lists the names of the formats.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// Render shows the gate in a format.
func (s *Set) Render(w io.Writer, format string, o Options) error {
	for _, f := range Formats() {
		if f.Name != format {
			continue
		}
		if err := f.Write(w, s, o); err != nil {
			return fmt.Errorf("render gate as %s: %w", format, err)
		}
		return nil
	}
	return fmt.Errorf("unknown format of a gate %q (valid: %s)", format, strings.Join(Names(), ", "))
}
