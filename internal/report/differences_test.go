package report

import (
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
)

func TestDifferenceWords(t *testing.T) {
	a := &record.Run{ID: "one", Tool: "v1", Environment: record.Environment{Kernel: "6.1", Cores: 2}}
	b := &record.Run{ID: "two", Tool: "v2", Environment: record.Environment{Cores: 2}}
	want := []string{
		"not comparable: version of notifybench of one is v1, of two it is v2",
		"another environment: kernel of one is 6.1, of two it is not known",
	}
	if got := DifferenceWords(a, b); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := DifferenceWords(a, a); got != nil {
		t.Errorf("a run differs from itself: %q", got)
	}
}
