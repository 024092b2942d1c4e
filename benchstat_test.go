package notifybench_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestBenchstatReadsTheGate: the tool itself compares the arms of a gate. It is run here
// since the tests of internal/gateset only compute.
func TestBenchstatReadsTheGate(t *testing.T) {
	out, err := exec.Command("go", "tool", "benchstat", "-col", "arm", "internal/gateset/testdata/gate.bench.txt").CombinedOutput()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, out)
	}
	text := string(out)
	for _, want := range []string{"base", "candidate", "vs base", "CPU-sec/req", "peak-PSS-bytes", "achieved-req/s",
		"Gate/server=pool_workers=64/load=open", "blocks: fresh", "Mi"} {
		if !strings.Contains(text, want) {
			t.Errorf("benchstat does not show %q", want)
		}
	}
	if t.Failed() || strings.Contains(text, "missing") || strings.Contains(text, "vary in") {
		t.Errorf("benchstat says:\n%s", text)
	}
}
