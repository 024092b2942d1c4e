package record

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What is known of the database of a row is read as it was written, and what is not
// known is not there: an older record reads the same.
func TestBackingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Machine{}
		if rapid.Bool().Draw(t, "known") {
			used := time.Duration(rapid.Int64Range(0, 1<<50).Draw(t, "used")) // a zero that was measured stays one
			in.BackingCPU = &used
			in.BackingPrograms = rapid.SliceOfN(rapid.StringMatching(`[a-z-]{1,15}`), 1, 2).Draw(t, "programs")
		}
		in.BackingWhy = rapid.SampledFrom([]string{"", "REDIS_URL: nobody listens"}).Draw(t, "why")
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		if in.BackingCPU == nil && in.BackingWhy == "" && strings.Contains(string(text), "backing") {
			t.Fatalf("of a row without a database: %s", text)
		}
		var out Machine
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		if !equal(in.BackingCPU, out.BackingCPU) || in.BackingWhy != out.BackingWhy ||
			!slices.Equal(in.BackingPrograms, out.BackingPrograms) {
			t.Fatalf("%+v became %+v", in.Backing, out.Backing)
		}
	})
}

// The whole record keeps it too.
func TestARecordKeepsTheBackingCPU(t *testing.T) {
	w, _ := create(t)
	used := 1234567 * time.Nanosecond
	w.run.Cells[0].Machine.BackingCPU = &used
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	rd, err := Open(w.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if got := rd.Run().Cells[0].Machine.BackingCPU; !equal(got, &used) {
		t.Errorf("read %v, want %v", got, used)
	}
}
