package gateset

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
)

// Conclude sets the verdict on all servers and says why. A server that is missing has no
// part in it but is named; where all are, nothing is concluded.
func (s *Set) Conclude() {
	var verdicts []gate.Verdict
	var missing []string
	for i := range s.Servers {
		if sv := &s.Servers[i]; sv.Missing != "" {
			missing = append(missing, sv.Row+" ("+sv.Missing+")")
		} else {
			verdicts = append(verdicts, sv.Result.Verdict)
		}
	}
	s.Verdict = gate.Worst(verdicts...)
	s.Why = s.reason(len(verdicts))
	if len(missing) > 0 {
		s.Why += "; not measured: " + strings.Join(missing, ", ")
	}
}

// reason is that of the first server of the verdict, and how many more there are.
func (s *Set) reason(measured int) string {
	if measured == 0 {
		return "nothing was measured"
	}
	var alike []*Server
	for i := range s.Servers {
		if sv := &s.Servers[i]; sv.Missing == "" && sv.Result.Verdict == s.Verdict {
			alike = append(alike, sv)
		}
	}
	switch {
	case len(alike) == 0:
		return "no server has a verdict"
	case s.Verdict == gate.Pass && len(alike) > 1:
		return fmt.Sprintf("%d servers are no worse than the policy allows", len(alike))
	}
	why := alike[0].Row + ": " + sentence(alike[0].Result.Why)
	if n := len(alike) - 1; n > 0 {
		why += fmt.Sprintf("; %d more as well", n)
	}
	return why
}
