package gatetest

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is one way to print a result.
type Format struct {
	Name  string
	write func(io.Writer, *Result) error
}

// Formats lists all of them, the default first.
func Formats() []Format {
	return []Format{{"text", writeText}, {"markdown", writeMarkdown}, {"json", writeJSON}}
}

// Names lists the names of the formats.
func Names() (names []string) {
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// FormatOf is the format of a name.
func FormatOf(name string) (Format, error) {
	i := slices.Index(Names(), name)
	if i < 0 {
		return Format{}, fmt.Errorf("--format %s: valid are %s", name, strings.Join(Names(), ", "))
	}
	return Formats()[i], nil
}

// Write prints the result.
func (f Format) Write(w io.Writer, r *Result) error { return f.write(w, r) }

func writeJSON(w io.Writer, r *Result) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
