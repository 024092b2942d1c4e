package gatetest

import (
	"encoding/json"
	"io"
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

// Write prints the result.
func (f Format) Write(w io.Writer, r *Result) error { return f.write(w, r) }

func writeJSON(w io.Writer, r *Result) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
