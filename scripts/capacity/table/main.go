// Command table prints what repeated capacity searches found, as Markdown: error and
// spread, beside the spread of this machine's own speed.
//
//	table KNOWN.json TRUTH CPU.json
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// summary is as much of a summary.json as is needed here.
type summary struct {
	Searches []struct {
		Outcome string  `json:"outcome"`
		Holds   float64 `json:"holds"`
		Fails   float64 `json:"fails"`
	} `json:"searches"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("needs the summary of the server of known capacity, that capacity, and the other summary")
	}
	truth, err := strconv.ParseFloat(args[1], 64)
	if err != nil {
		return err
	}
	known, err := read(args[0])
	if err != nil {
		return err
	}
	bound, err := read(args[2])
	if err != nil {
		return err
	}
	fmt.Printf("# Capacity searches, repeated\n\nMeasured on %d cores, %s. A result is the middle of a bracket of 3%%.\n\n",
		runtime.NumCPU(), runtime.Version())
	fmt.Println("| server | searches | results, req/s | mean | CV | error against K/S |")
	fmt.Println("|:--|--:|:--|--:|--:|--:|")
	m, cv := spread(known)
	worst := 0.0
	for _, v := range known {
		worst = max(worst, math.Abs(v/truth-1))
	}
	fmt.Printf("| 8 workers × 20 ms | %d | %s | %.1f | %.2f%% | mean %.2f%%, worst %.2f%% |\n",
		len(known), list(known), m, 100*cv, 100*math.Abs(m/truth-1), 100*worst)
	m, cv = spread(bound)
	fmt.Printf("| goroutine, 2 ms of work, one core | %d | %s | %.1f | %.2f%% | not known |\n", len(bound), list(bound), m, 100*cv)
	m, cv = spread(spin(30, time.Second))
	fmt.Printf("\nSpeed of this machine alone, 30 spins of about 1 s: CV %.2f%% (mean %.3f s).\n", 100*cv, m)
	return nil
}

// read gives the middle of the bracket of every search that found one.
func read(file string) ([]float64, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s summary
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var found []float64
	for i, search := range s.Searches {
		if search.Outcome != "found" {
			fmt.Fprintf(os.Stderr, "search %d of %s: %s, left out\n", i+1, file, search.Outcome)
			continue
		}
		found = append(found, math.Sqrt(search.Holds*search.Fails))
	}
	if len(found) < 2 {
		return nil, fmt.Errorf("%s: %d searches found a bracket: too few for a spread", file, len(found))
	}
	return found, nil
}

// spread is the mean and the coefficient of variation of a sample.
func spread(xs []float64) (mean, cv float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	sum := 0.0
	for _, x := range xs {
		sum += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sum/float64(len(xs)-1)) / mean
}

// spin times the same work n times, in seconds; the first spin measures how much
// work takes about each.
func spin(n int, each time.Duration) []float64 {
	const batch = 1000
	work := func(batches int) float64 {
		began := time.Now()
		var block [64]byte
		for range batches * batch {
			sum := sha256.Sum256(block[:])
			copy(block[:], sum[:])
		}
		return time.Since(began).Seconds()
	}
	batches := max(1, int(100*each.Seconds()/work(100)))
	times := make([]float64, n)
	for i := range times {
		times[i] = work(batches)
	}
	return times
}

func list(xs []float64) string {
	var parts []string
	for _, x := range xs {
		parts = append(parts, strconv.FormatFloat(x, 'f', 0, 64))
	}
	return strings.Join(parts, ", ")
}
