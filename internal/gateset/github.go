package gateset

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
)

// perLevel is how many annotations of a level GitHub shows of a step.
const perLevel = 10

var github = Format{
	Name: "github", File: "github.txt", Doc: "annotations of a workflow on GitHub: the verdict, and each metric that did not pass",
	Write: func(w io.Writer, s *Set, _ Options) error {
		b := bufio.NewWriter(w)
		counts := map[string]int{}
		for _, a := range s.annotations() {
			if counts[a.level]++; counts[a.level] <= perLevel {
				fmt.Fprintf(b, "::%s title=%s::%s\n", a.level, propertyOf(a.title), dataOf(a.text))
			}
		}
		return b.Flush()
	},
}

type annotation struct{ level, title, text string }

// annotations are the verdict on all, first, and what else is to be seen.
func (s *Set) annotations() []annotation {
	all := []annotation{{level(s.Verdict), "notifybench gate", headline(s.Verdict, s.Why)}}
	for i := range s.Servers {
		sv := &s.Servers[i]
		if sv.Missing != "" {
			all = append(all, annotation{"warning", sv.Row, "not measured: " + sv.Missing})
			continue
		}
		if v := sv.Result.Verdict; v != gate.Pass && !sv.ofMetric(v) {
			all = append(all, annotation{level(v), sv.Row, strings.TrimSpace(headline(v, sv.Result.Why) + "\n" + sv.log())})
		}
		for j := range sv.Result.Findings {
			f := &sv.Result.Findings[j]
			if f.Verdict == gate.Pass || f.Verdict == gate.NotGated {
				continue
			}
			text := strings.TrimSpace(headline(f.Verdict, explained(f)) + "\n" + measured(f))
			all = append(all, annotation{level(f.Verdict), sv.Row + ": " + label(&f.Rule), text})
		}
	}
	return all
}

func level(v gate.Verdict) string {
	switch v {
	case gate.Regressed, gate.Invalid:
		return "error"
	case gate.Inconclusive, gate.Undecided:
		return "warning"
	}
	return "notice"
}

// dataOf escapes a message as GitHub's runner reads it.
func dataOf(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(clean(s))
}

// propertyOf escapes a property, which a colon or a comma would end.
func propertyOf(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(clean(s))
}
