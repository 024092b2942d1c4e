package capacity

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Status of a search that is over.
type Status string

// The statuses.
const (
	Found        Status = "found"        // a rate that holds and its neighbour that fails
	Wide         Status = "wide"         // the search ended, or stands, before they were neighbours
	Limited      Status = "limited"      // above what holds there was no valid trial
	NeverFails   Status = "never fails"  // the highest rate holds
	FailsAtOnce  Status = "fails"        // at the lowest rate
	Unmeasurable Status = "unmeasurable" // not one valid trial at the lowest rate
	Unknown      Status = "unknown"      // the search ended, or stands, before anything was known
)

// Result of a search.
type Result struct {
	Status Status
	Holds  float64 // highest rate known to hold, req/s; 0: none
	Fails  float64 // lowest rate above it that is known to fail; 0: none
	Words  string
}

// Result is what is known: when the search is over, its outcome.
func (s *Search) Result() Result {
	r := Result{Status: s.status()}
	if s.lo >= s.base {
		r.Holds = rateAt(s.lo)
	}
	why := ""
	for i := max(s.lo+1, s.base); i <= s.top; i++ {
		if s.known(i) == Fails {
			r.Fails, why = rateAt(i), s.loads[i].why
			break
		}
	}
	r.Words = s.words(r, why)
	return r
}

func (s *Search) status() Status {
	lowest := s.loads[s.base].judged()
	switch {
	case s.lo < s.base && lowest == Fails:
		return FailsAtOnce
	case s.lo < s.base && lowest == Invalid:
		return Unmeasurable
	case s.lo < s.base:
		return Unknown
	case s.hi <= s.top && s.known(s.hi) == Invalid:
		return Limited
	case s.spent, !s.over:
		return Wide
	case s.hi > s.top:
		return NeverFails
	}
	return Found
}

func (s *Search) words(r Result, why string) string {
	holds := Rate(r.Holds)
	switch r.Status {
	case FailsAtOnce:
		return "fails at " + Rate(r.Fails) + ", the lowest rate" + because(why)
	case Unmeasurable:
		return "no valid trial at " + Rate(rateAt(s.base)) + ", the lowest rate" + because(s.loads[s.base].why)
	case Unknown:
		if !s.spent {
			return "nothing is known yet"
		}
		return "the budget of " + short(s.o.Budget) + " was used up before anything was known"
	case NeverFails:
		return "≥ " + holds + ", the highest rate of the search"
	case Limited:
		return s.limitedWords(r)
	}
	text := "holds " + holds
	if r.Fails > 0 {
		text += ", fails at " + Rate(r.Fails) + because(why)
	}
	if s.spent {
		text += "; the budget of " + short(s.o.Budget) + " was used up before they met"
	}
	return text
}

func (s *Search) limitedWords(r Result) string {
	l := s.loads[s.hi]
	text := "≥ " + Rate(r.Holds)
	if l.generator {
		text += ", generator-limited"
	}
	text += fmt.Sprintf(": no valid trial at %s (%s)", Rate(rateAt(s.hi)), l.why)
	if r.Fails > 0 {
		text += "; fails at " + Rate(r.Fails)
	}
	return text
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// short prints a duration without a tail of zero minutes and seconds.
func short(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	return d.String()
}

// Rate prints a rate of the grid: "1,040/s", "57.1/s".
func Rate(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if v >= 1000 {
		text = strconv.FormatFloat(v, 'f', 0, 64)
	} else if i := strings.IndexByte(text, '.'); i >= 0 && len(text) > i+3 {
		text = strconv.FormatFloat(v, 'f', 2, 64)
	}
	whole, _, _ := strings.Cut(text, ".")
	rest := text[len(whole):]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + rest + "/s"
}
