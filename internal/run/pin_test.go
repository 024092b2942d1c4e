package run

import (
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/proc"
)

// TestPinGivesBack: a run leaves this process on the cores it found it on, for the next
// one may share them all.
func TestPinGivesBack(t *testing.T) {
	before, err := proc.UsableCPUs()
	if err != nil || !proc.CanPin {
		t.Skipf("nothing can be pinned here: %v", err)
	}
	unpin, err := pin(before[:1])
	if err != nil {
		t.Fatal(err)
	}
	during, err := proc.UsableCPUs()
	if err != nil || !slices.Equal(during, before[:1]) {
		t.Errorf("pinned to %v: %v, %v", before[:1], during, err)
	}
	if err := unpin(); err != nil {
		t.Fatal(err)
	}
	if after, err := proc.UsableCPUs(); err != nil || !slices.Equal(after, before) {
		t.Errorf("%v before, %v after: %v", before, after, err)
	}
}
