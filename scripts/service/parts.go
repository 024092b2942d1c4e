package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// part is one promise.
type part struct {
	scenario, title string
	table           func(*summary)
}

func parts() []part {
	return []part{
		{"path", "CPU: full path (store in memory, vendors' wire formats, three attempts, breaker, bulkhead) over the plain one; promised: at most 50 µs", pathTable},
		{"memory", "Memory of a notification in flight, three providers of 3 s, 4,500 in flight; promised: 130 KB net/http and gin, 75 KB fasthttp", memoryTable},
		{"accept", "Notifications accepted in queued mode, nobody sending; promised: 20,000/s in memory (fasthttp), 2,000/s durably in SQLite", acceptTable},
	}
}

func pathTable(s *summary) {
	fmt.Println("| server | plain, µs | full, µs | difference, µs | valid trials |\n|:--|--:|--:|--:|--:|")
	for _, style := range []string{"goroutine", "gin", "fasthttp", "pool"} {
		plain, full := s.row(style+" plain"), s.row(style+" full")
		a, b := plain.Values["cpu_per_request"], full.Values["cpu_per_request"]
		if plain.Valid == 0 || full.Valid == 0 {
			fmt.Printf("| %s | n/a | n/a | n/a: %s%s | %d, %d |\n", style, plain.Why, full.Why, plain.Valid, full.Valid)
			continue
		}
		fmt.Printf("| %s | %s | %s | %.1f | %d, %d |\n", style, micros(a), micros(b), (b.Median.V-a.Median.V)/1e3, plain.Valid, full.Valid)
	}
}

// micros is a median with its range.
func micros(v value) string {
	text := fmt.Sprintf("%.1f", v.Median.V/1e3)
	if v.Interval != nil {
		text += fmt.Sprintf(" (%.1f to %.1f)", v.Interval.Lo/1e3, v.Interval.Hi/1e3)
	}
	return text
}

func memoryTable(s *summary) {
	fmt.Println("| server | in flight | peak PSS, MB | KB per notification in flight | valid trials |\n|:--|--:|--:|--:|--:|")
	for _, r := range s.Rows {
		peak, each, n := r.Values["peak_pss"].Median.V, r.Values["pss_per_in_flight"].Median.V, r.Values["in_flight"].Median.V
		fmt.Printf("| %s | %.0f | %.0f | %.1f | %d |\n", r.Subject, n, peak/1e6, each/1e3, r.Valid)
	}
	fmt.Println("\nPeak before the first answer, above the idle process (which holds its 100,000 users). The collector lets it grow by a third once answers come.")
}

func acceptTable(s *summary) {
	fmt.Println("| server | accepted/s | of its core | valid trials |\n|:--|--:|--:|--:|")
	for _, r := range s.Rows {
		fmt.Printf("| %s | %.0f | %.0f%% | %d of %d |\n", r.Subject, r.Values["achieved"].Median.V, 100*r.Values["cpu"].Median.V, r.Valid, r.Trials)
	}
}

// lookups measures PostgreSQL a millisecond away, where there is one.
func lookups() error {
	fmt.Print("\n## Look-ups in PostgreSQL 1 ms away, 50 at once; promised: the pool at least ten times one connection\n\n")
	if os.Getenv("DATABASE_URL") == "" {
		fmt.Println("not installed: scripts/services.sh start (then set DATABASE_URL to what it prints)")
		return nil
	}
	link := exec.Command("bin/slowlink", "-env", "DATABASE_URL", "-round-trip", "1ms")
	link.Stderr = os.Stderr
	said, err := link.StdoutPipe()
	if err != nil {
		return err
	}
	if err := link.Start(); err != nil {
		return fmt.Errorf("start the slow link: %w", err)
	}
	defer func() { link.Process.Signal(os.Interrupt); link.Wait() }()
	line := make([]byte, 1024)
	n, err := said.Read(line)
	if err != nil {
		return fmt.Errorf("read the address of the slow link: %w", err)
	}
	return benchmark(strings.TrimSpace(string(line[:n]))) // DATABASE_URL=…
}

var benchLine = regexp.MustCompile(`pool=(\d+)\S*\s.*?([\d.]+) lookups/s`)

func benchmark(variable string) error {
	test := exec.Command("go", "test", "-run", "^$", "-bench", "PostgresLookups", "-benchtime", (2 * time.Second).String(), "./servers/internal/store")
	test.Env = append(os.Environ(), variable)
	var out bytes.Buffer
	test.Stdout, test.Stderr = &out, &out
	if err := test.Run(); err != nil {
		return fmt.Errorf("measure look-ups: %w\n%s", err, out.Bytes())
	}
	fmt.Println("| connections | look-ups/s |\n|--:|--:|")
	for _, m := range benchLine.FindAllStringSubmatch(out.String(), -1) {
		fmt.Printf("| %s | %s |\n", m[1], m[2])
	}
	return nil
}
