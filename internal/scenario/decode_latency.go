package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/strict"
)

// latency reads a distribution; nil where that failed and was noted.
func (d *decoder) latency(n strict.Node) latency.Dist {
	if !n.Present() {
		return nil
	}
	value := n.Value()
	if m, ok := value.(map[string]any); ok && len(m) == 1 {
		if file, ok := m["trace"].(string); ok {
			return d.traceFile(n, file)
		}
	}
	dist, err := latency.From(value)
	if err != nil {
		what, instead, _ := strings.Cut(err.Error(), ": write ")
		if instead != "" {
			instead = "write " + instead
		}
		n.Note(what, instead)
		return nil
	}
	return dist
}

// traceFile reads the file of samples that a scenario names, from the scenario's
// folder. From here on the samples themselves are the latency: what is resolved
// and recorded needs no file.
func (d *decoder) traceFile(n strict.Node, name string) latency.Dist {
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(filepath.Dir(d.s.File), name)
	}
	const instead = "name a file of durations, one a line, in the folder of the scenario"
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", path)
	}
	if err != nil {
		n.Notef(instead, "latency trace: %v", err)
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		n.Notef(instead, "latency trace: %v", err)
		return nil
	}
	defer f.Close()
	dist, faults := latency.ReadTrace(f)
	for _, fault := range faults {
		d.doc.Add(strict.Problem{File: path, Line: fault.Line, Column: fault.Column, What: fault.What, Instead: fault.Instead})
	}
	return dist
}

// wrap breaks a long latency at its commas, so that no line of a text is longer
// than strict reads.
func wrap(text, indent string) string {
	const width = 100
	if len(text) <= width {
		return text
	}
	var b strings.Builder
	column := 0
	for i, item := range strings.Split(text, ", ") {
		switch {
		case i > 0 && column+len(item) > width:
			b.WriteString(",\n" + indent)
			column = 0
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(item)
		column += len(item) + 2
	}
	return b.String()
}
