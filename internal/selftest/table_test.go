package selftest

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write what was rendered into testdata")

// sampleReport has a row of every kind.
func sampleReport() *Report {
	return &Report{Rows: []Row{
		{Check: "cpu", Case: "2 processes, 50%", Unit: Nanoseconds, Reading: &Reading{1_500_000_000, 1_500_200_000, 7_500_000}},
		{Check: "memory", Case: "3 × 8 MiB and 64 MiB shared", Unit: Bytes, Reading: &Reading{88 << 20, 216 << 20, 1 << 20}},
		{Check: "sends", Case: "unsent", Unit: Requests, Reading: &Reading{0, 0, 0}},
		{Check: "sends", Case: "lag", Unit: Nanoseconds, Reading: &Reading{0, math.NaN(), 1}},
		{Check: "delays", Problem: "300µs: the mock | said nothing\nat all"},
		{Check: "freezes", NotHere: "arrivals can be stamped on Linux only"},
	}}
}

// TestFormats compares every format with a golden file (make golden writes them).
func TestFormats(t *testing.T) {
	r := sampleReport()
	r.Rows[3].Reading.Measured = 2 // JSON knows no NaN
	for _, f := range Formats() {
		var out bytes.Buffer
		if err := f.Write(&out, r); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", f.Name+".golden")
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (go test -update writes it)", err)
		}
		if !bytes.Equal(want, out.Bytes()) {
			t.Errorf("%s:\n got\n%s\nwant\n%s", path, out.Bytes(), want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	r := sampleReport()
	want := []Verdict{Pass, Fail, Pass, Fail, Fail, None}
	for i := range r.Rows {
		if got := r.Rows[i].Verdict(); got != want[i] {
			t.Errorf("row %d: %s, want %s", i, got, want[i])
		}
	}
	if r.Failed() != 3 {
		t.Errorf("%d failed, want 3", r.Failed())
	}
}
