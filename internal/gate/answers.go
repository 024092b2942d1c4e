package gate

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/stats"
)

const (
	// errorsError is the error of the test of failed requests: half of it is spent over the
	// looks, half when the gate ends otherwise.
	errorsError = 0.001
	// baseFails is the share of failed requests above which the base is nothing to compare with.
	baseFails = 0.01
	// fewestFaulty is the number of blocks in which a server must have been at fault: the
	// machine can let it down once.
	fewestFaulty = 2
	// fewestFailing is the number of blocks that must show it: a burst in one bad second is not
	// as many independent failures as the test takes it for.
	fewestFailing = 2
)

// faults are what no speed makes up for, in words for none, one and many.
var faults = []struct {
	of   func(Counts) uint64
	noun string
}{
	{func(c Counts) uint64 { return c.Wrong }, "wrong answer"},
	{func(c Counts) uint64 { return c.False }, "falsely reported delivery"},
	{func(c Counts) uint64 { return c.Lost }, "lost delivery"},
}

// broken is what a block decides at once, valid or not: a server that died, or answers that
// are not true. Of the latter the base must have none of the kind so far: one that has them
// too is nothing to compare with. What only the base does wrong is not the candidate's fault.
func (t tally) broken(b Block) (Verdict, string) {
	switch {
	case b.Died[Base] != "":
		return Invalid, fmt.Sprintf("the base itself failed in block %d: %s", b.N, end(b.Died[Base]))
	case b.Died[Candidate] != "":
		return Regressed, fmt.Sprintf("the candidate failed in block %d, the base did not: %s", b.N, end(b.Died[Candidate]))
	}
	if v, why := t.faulty(b); v != Undecided {
		return v, why
	}
	verdict, why := Undecided, ""
	for _, f := range faults {
		base, candidate := f.of(t.counts[Base]), f.of(t.counts[Candidate])
		switch {
		case candidate == 0:
		case base == 0:
			return Regressed, fmt.Sprintf("%s from the candidate, none from the base, by block %d", number(candidate, f.noun), b.N)
		default:
			verdict, why = Invalid, fmt.Sprintf("the base itself has %s, the candidate %d, by block %d", number(base, f.noun), candidate, b.N)
		}
	}
	return verdict, why
}

// faulty is what the faults of both servers decide, up to block b.
func (t tally) faulty(b Block) (Verdict, string) {
	base, candidate := t.faults[Base], t.faults[Candidate]
	switch {
	case base >= fewestFaulty:
		return Invalid, fmt.Sprintf("the base itself was at fault in %s: %s", count(base, "block"), b.Faults[Base])
	case candidate >= base+fewestFaulty:
		return Regressed, fmt.Sprintf("the candidate was at fault in %s, the base in %d: %s", count(candidate, "block"), base, b.Faults[Candidate])
	}
	return Undecided, ""
}

// errors compares the failed requests of the valid blocks: Fisher's exact one-sided test with
// error alpha. INVALID: the base fails too many of its own. doubt is said of what the test
// finds in fewer blocks than fewestFailing.
func (t tally) errors(alpha float64) (v Verdict, why, doubt string) {
	base, candidate := t.counts[Base], t.counts[Candidate]
	if float64(base.Errors) > baseFails*float64(base.Requests) {
		return Invalid, fmt.Sprintf("the base itself failed %s, more than %s: nothing can be compared", failed(base), exactly(baseFails)), ""
	}
	p := stats.FisherGreater(candidate.Errors, candidate.Requests, base.Errors, base.Requests)
	if p >= alpha {
		return Undecided, "", ""
	}
	why = fmt.Sprintf("the candidate failed %s, the base %s (by chance: %s)", failed(candidate), failed(base), chance(p))
	if t.failing < fewestFailing {
		return Undecided, "", why + fmt.Sprintf(", but all in %s: a burst, not a rate", count(t.failing, "block"))
	}
	return Regressed, why, ""
}

// failed is "24 of 12000 requests".
func failed(c Counts) string { return fmt.Sprintf("%d of %s", c.Errors, number(c.Requests, "request")) }

// chance is a probability in words.
func chance(p float64) string {
	if p < 1e-6 {
		return "less than 0.0001%"
	}
	return roughly(p)
}

func number(n uint64, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// end is the last line of a log that says something: the whole of it is in the block.
func end(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
