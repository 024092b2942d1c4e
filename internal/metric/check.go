package metric

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Level is how far a cell may be believed.
type Level string

// The levels.
const (
	OK        Level = "ok"
	Unchecked Level = "n/a"     // of a finding only: the check could not be made, and the cell is flagged
	Flagged   Level = "flagged" // shown and ranked, with the reason
	Invalid   Level = "invalid" // shown greyed, never ranked
)

// Finding is what one check has to say of one cell.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	Text  string `json:"text"`
	// Throughput says that only what was achieved is not to be ranked: it is the
	// client's, while the cost of a request is as good as any.
	Throughput bool `json:"throughput,omitempty"`
}

// Verdict sums up the findings of a cell.
type Verdict struct {
	Level    Level     `json:"level"`
	Findings []Finding `json:"findings,omitempty"`
}

// Reasons are the texts of the findings of a level.
func (v Verdict) Reasons(level Level) []string {
	var texts []string
	for _, f := range v.Findings {
		if f.Level == level {
			texts = append(texts, f.Text)
		}
	}
	return texts
}

// Check is one reason not to believe a cell.
type Check struct {
	ID      string
	Doc     string
	Flag    string // its limit in words; empty where it has none
	Invalid string
	run     func(*facts) result
}

// Limits are those of a check in words.
func (c Check) Limits() string {
	var parts []string
	if c.Flag != "" {
		parts = append(parts, "flagged: "+c.Flag)
	}
	if c.Invalid != "" {
		parts = append(parts, "invalid: "+c.Invalid)
	}
	return strings.Join(parts, "; ")
}

// result is what a check makes of a cell: the sentence that the user reads, unless
// it finds nothing. A check that does not apply finds nothing; one that applies
// but lacks what it needs says so.
type result struct {
	level      Level
	text       string
	throughput bool // only what was achieved is not to be ranked
}

func fine() result { return result{level: OK} }

func found(level Level, format string, args ...any) result {
	if level == OK {
		return fine()
	}
	return result{level: level, text: fmt.Sprintf(format, args...)}
}

func unchecked(why string) result { return result{level: Unchecked, text: why} }

// Checks lists the checks.
func Checks() []Check {
	return []Check{
		checkComplete, checkConservation, checkServer, checkSendLag, checkSent, checkLoadCPU, checkProviders,
		checkPath, checkLittle, checkCeiling, checkSilence, checkDrift, checkSteal, checkStalls, checkOther,
		checkNetwork, checkHeadroom, checkProcesses, checkWaiting,
	}
}

// judge runs every check.
func judge(f *facts) Verdict {
	v := Verdict{Level: OK}
	for _, c := range Checks() {
		r := c.run(f)
		if r.level == OK {
			continue
		}
		v.Findings = append(v.Findings, Finding{Check: c.ID, Level: r.level, Text: r.text, Throughput: r.throughput})
		v.Level = worse(v.Level, r.level)
	}
	if v.Level == Unchecked {
		v.Level = Flagged
	}
	return v
}

func worse(a, b Level) Level {
	order := []Level{OK, Unchecked, Flagged, Invalid}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// between compares an excess with the limits of a check.
func between(v, flag, invalid float64) Level {
	switch {
	case v > invalid:
		return Invalid
	case v > flag:
		return Flagged
	}
	return OK
}

// standardErrors is by how many of them of what was sampled an excess must be
// beyond a limit: without that, a few requests that happened to be slow would fire.
const standardErrors = 3

// surely compares a value that is known up to a standard error.
func surely(v, se, flag, invalid float64) Level {
	return between(v-standardErrors*se, flag, invalid)
}

// few is what may happen in any number of requests for no reason worth a word.
const few = 2

// beyond says that k of n are more than a share allows, beyond chance, and more
// than a few.
func beyond(k, n int, share float64) bool {
	chance := standardErrors * math.Sqrt(float64(n)*share*(1-share))
	return k > few && float64(k) > float64(n)*share+chance
}
