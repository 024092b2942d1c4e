package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Options are what a terminal can show.
type Options struct {
	Width int // in columns; 0: as wide as it gets
}

// Format is one way to render a comparison.
type Format struct {
	Name  string
	Doc   string
	write func(io.Writer, *Report, Options) error
}

// Formats lists the formats.
func Formats() []Format {
	return []Format{text, markdown, {"json", "everything, a missing value is null", writeJSON}}
}

// Names lists the names of the formats.
func Names() (names []string) {
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// Render renders the comparison in a format.
func (r *Report) Render(w io.Writer, format string, o Options) error {
	for _, f := range Formats() {
		if f.Name != format {
			continue
		}
		if err := f.write(w, r, o); err != nil {
			return fmt.Errorf("render %s comparison: %w", format, err)
		}
		return nil
	}
	return fmt.Errorf("unknown format %q (valid: %s)", format, strings.Join(Names(), ", "))
}

func writeJSON(w io.Writer, r *Report, _ Options) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
