package metric

import "slices"

// Level is how far a cell may be believed.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Flagged Level = "flagged" // shown and ranked, with the reason
	Invalid Level = "invalid" // shown greyed, never ranked
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
	run     func(*facts) (level Level, text string, throughputOnly bool)
}

// Checks lists the checks.
func Checks() []Check {
	return []Check{
		checkComplete, checkConservation, checkServer, checkSendLag, checkSent, checkLoadCPU, checkProviders,
		checkWaiting,
	}
}

// judge runs every check.
func judge(f *facts) Verdict {
	v := Verdict{Level: OK}
	for _, c := range Checks() {
		level, text, throughput := c.run(f)
		if level == OK {
			continue
		}
		v.Findings = append(v.Findings, Finding{Check: c.ID, Level: level, Text: text, Throughput: throughput})
		v.Level = worse(v.Level, level)
	}
	return v
}

func worse(a, b Level) Level {
	order := []Level{OK, Flagged, Invalid}
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
