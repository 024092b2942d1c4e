package compare

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The script leads from one text to the other, and takes no line out only to put it in
// again beside one that stays.
func TestScriptLeadsFromOneToTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a:", "  b: 1", "  b: 2", "c: 3"}), 0, 12)
		a, b := lines.Draw(t, "a"), lines.Draw(t, "b")
		var first, second []string
		changed := 0
		for _, e := range script(a, b) {
			if e.op != '+' {
				first = append(first, e.line)
			}
			if e.op != '-' {
				second = append(second, e.line)
			}
			if e.op != ' ' {
				changed++
			}
		}
		if !slices.Equal(first, a) || !slices.Equal(second, b) || changed > len(a)+len(b) {
			t.Fatalf("%q and %q", first, second)
		}
		if slices.Equal(a, b) != (diff(a, b) == nil) {
			t.Fatalf("%q", diff(a, b))
		}
	})
}

func TestDiffShowsTheKeysAbove(t *testing.T) {
	a := measured("name: x\nproviders:\n  email:\n    latency: 200ms\n    error_rate: 0\n  sms:\n    latency: 150ms\nservers:\n" +
		"  - name: pool\n    processes: 1\n  - name: gin\nclaims:\n  - id: one\n    because: \"so\"\nduration: 1s\n")
	b := measured("name: x\nproviders:\n  email:\n    latency: 20ms\n    error_rate: 0\n  sms:\n    latency: 150ms\nservers:\n" +
		"  - name: pool\n    processes: 2\nclaims:\n  - id: another\nduration: 1s\n")
	want := strings.Join([]string{
		"  providers:", "    email:", "-     latency: 200ms", "+     latency: 20ms", "  servers:", "    - name: pool",
		"-     processes: 1", "-   - name: gin", "+     processes: 2",
	}, "\n")
	if got := strings.Join(diff(a, b), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
