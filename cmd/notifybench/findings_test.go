//go:build linux

package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric"
)

// attempts is how often a row is measured at most.
const attempts = 5

// wanted is what a check must say of a row, at least; no check: the row was measured.
type wanted struct {
	row, check string
	least      metric.Level
}

// finds measures a scenario, while something disturbs it, until all that is wanted has
// been found, and returns what was. A fault may not show where the machine did something
// to the cell that we did not: then its row is measured again.
func (w workplace) finds(t *testing.T, name, scenario string, disturb func(workplace) func(), want ...wanted) judged {
	t.Helper()
	all, open := judged{}, want
	var only []string
	for n := 1; len(open) > 0; n++ {
		found, failed := w.judge(t, name, scenario, disturb, only...)
		maps.Copy(all, found)
		open, only = slices.DeleteFunc(slices.Clone(open), found.says), nil
		for _, x := range open {
			why := failed[x.row] + found.disturbed(x.row, want)
			switch {
			case why == "":
				t.Errorf("%s: check %s says %q, want at least %s", x.row, x.check, found[x.row][x.check], x.least)
			case n == attempts:
				t.Errorf("%s: no %s in %d attempts, each of them disturbed, the last by %s", x.row, x.check, n, why)
			default:
				t.Logf("%s: no %s, disturbed by %s: once more", x.row, x.check, why)
			}
			only = append(only, "--only", x.row)
		}
		if t.Failed() {
			break
		}
	}
	return all
}

// judged is what the checks found, by row and by check.
type judged map[string]map[string]metric.Level

// says whether it is what is wanted.
func (j judged) says(x wanted) bool {
	levels := []metric.Level{"", metric.OK, metric.Unchecked, metric.Flagged, metric.Invalid}
	return j[x.row] != nil && slices.Index(levels, j[x.row][x.check]) >= slices.Index(levels, x.least)
}

// disturbed names the checks that found the machine at fault, but for those that are
// wanted: what they find is our doing.
func (j judged) disturbed(row string, want []wanted) string {
	var by []string
	for _, check := range []string{"stalls", "steal", "other-cpu", "send-lag"} {
		ours := slices.ContainsFunc(want, func(x wanted) bool { return x.row == row && x.check == check })
		if !ours && j.says(wanted{row, check, metric.Flagged}) {
			by = append(by, check)
		}
	}
	return strings.Join(by, ", ")
}

// judge runs a scenario while something disturbs it.
func (w workplace) judge(t *testing.T, name, scenario string, disturb func(workplace) func(), only ...string) (judged, map[string]string) {
	t.Helper()
	path := filepath.Join(w.dir, "scenarios", name+".yaml")
	if err := os.WriteFile(path, []byte(scenario), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(w.bin, append([]string{"run", name}, only...)...)
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), mark+"="+w.dir)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if disturb != nil {
		defer disturb(w)()
	}
	_ = cmd.Wait() // it ends with 4 where a row is invalid, as is meant here
	return w.findings(t, said.String())
}

// findings are those of the newest record, and why rows were not measured.
func (w workplace) findings(t *testing.T, said string) (found judged, failed map[string]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "results", "runs", "latest", metric.SummaryFile))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	var s metric.Summary
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	found, failed = judged{}, map[string]string{}
	for _, c := range s.Cells {
		if c.Error != "" {
			failed[c.Subject] = c.Error
			continue
		}
		found[c.Subject] = map[string]metric.Level{}
		for _, f := range c.Verdict.Findings {
			found[c.Subject][f.Check] = f.Level
			t.Logf("%s: %s %s: %s", c.Subject, f.Check, f.Level, f.Text)
		}
	}
	return found, failed
}
