// Command service measures what the full notification service costs, beside what was
// promised of it, and prints it as Markdown: CPU over the plain path, memory in
// flight, notifications accepted, look-ups in a database a millisecond away.
//
//	service -bin bin/notifybench -out DIR
//
// It runs the scenarios beside its source one after the other; about six minutes on a
// machine that does nothing else.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

func main() {
	bin := flag.String("bin", "bin/notifybench", "the program under `PATH`")
	out := flag.String("out", "results/service", "`DIR` of records")
	flag.Parse()
	if err := run(*bin, *out); err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
}

func run(bin, out string) error {
	fmt.Printf("# What the full service costs\n\nMeasured on %d cores, %s, by `make bench-service`. The server has one core.\n", runtime.NumCPU(), runtime.Version())
	for _, part := range parts() {
		s, err := measure(bin, out, part.scenario)
		if err != nil {
			return err
		}
		fmt.Printf("\n## %s\n\n", part.title)
		part.table(s)
	}
	return lookups()
}

// summary is as much of a summary as is needed here.
type summary struct {
	Rows []row `json:"rows"`
}

type row struct {
	Subject string           `json:"subject"`
	Trials  int              `json:"trials"`
	Valid   int              `json:"valid"`
	Why     string           `json:"why"`
	Values  map[string]value `json:"values"`
}

type value struct {
	Median struct {
		V   float64 `json:"v"`
		Why string  `json:"why"`
	} `json:"median"`
	Interval *struct{ Lo, Hi float64 } `json:"interval"`
}

// row finds a row by its label.
func (s *summary) row(label string) row {
	for _, r := range s.Rows {
		if r.Subject == label {
			return r
		}
	}
	return row{Why: "no such row"}
}

// measure runs a scenario. A row that is not to be believed says so in its place.
func measure(bin, out, scenario string) (*summary, error) {
	cmd := exec.Command(bin, "run", "scripts/service/"+scenario+".yaml", "--out", out, "--json")
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	s := new(summary)
	if json.Unmarshal(text, s) != nil || len(s.Rows) == 0 {
		return nil, fmt.Errorf("run %s: %w", scenario, err)
	}
	return s, nil
}
