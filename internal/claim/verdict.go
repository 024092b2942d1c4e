package claim

import (
	"strings"

	"github.com/notifybench/notifybench/internal/record"
)

// The verdicts.
const (
	NotMeasured   = "NOT MEASURED"
	Impossible    = "IMPOSSIBLE AS STATED"
	Reproduced    = "REPRODUCED"
	NotReproduced = "NOT REPRODUCED"
)

// finding is all that a verdict is given by.
type finding struct {
	reading
	claim   *record.Claim
	ceiling ceiling
}

// verdict is one way for a claim to end.
type verdict struct {
	name    string
	doc     string
	applies func(*finding) bool
	fill    func(*finding, *Result) // the words
}

// verdicts are asked in this order.
func verdicts() []verdict {
	return []verdict{notMeasured, impossible, reproduced, notReproduced}
}

// Verdict is a verdict with what it means.
type Verdict struct{ Name, Doc string }

// Verdicts lists the verdicts.
func Verdicts() []Verdict {
	var list []Verdict
	for _, v := range verdicts() {
		list = append(list, Verdict{v.name, v.doc})
	}
	return list
}

func verdictNames() string {
	var names []string
	for _, v := range verdicts() {
		names = append(names, v.name)
	}
	return strings.Join(names, ", ")
}
