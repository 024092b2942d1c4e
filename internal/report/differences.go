package report

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/record"
)

// DifferenceWords says in what a second run differs from a first, a line each:
// what makes them incomparable, then how their machines and settings differ.
func DifferenceWords(first, second *record.Run) []string {
	var lines []string
	for _, d := range record.Differences(first, second) {
		said := "another environment"
		if d.Incomparable {
			said = "not comparable"
		}
		lines = append(lines, fmt.Sprintf("%s: %s of %s is %s, of %s it is %s",
			said, d.What, first.ID, d.A, second.ID, d.B))
	}
	return lines
}
