package proc

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTailIsTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "lines")
		var lines []string
		for i := range n {
			lines = append(lines, strconv.Itoa(i))
		}
		got := strings.Split(tail([]byte(strings.Join(lines, "\n")+"\n")), "\n")
		if len(got) != min(n, tailLines) || got[len(got)-1] != strconv.Itoa(n-1) {
			t.Fatalf("of %d lines %q", n, got)
		}
	})
}

func TestTailOfNothingIsEmpty(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, empty + ".gone"} {
		if got := LogTail(path); got != "" {
			t.Errorf("%s: %q", path, got)
		}
	}
}
