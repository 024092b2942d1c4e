package gate

import "fmt"

// tally counts blocks, and what became of the requests in them.
type tally struct {
	valid, rejected int
	why             map[string]int // of the rejected ones
	counts          [2]Counts      // over the valid blocks; Wrong and False over all
	failing         int            // valid blocks in which the candidate has more errors than the base
	faults          [2]int         // blocks in which a server was at fault
}

func (t *tally) add(b Block) {
	for arm, c := range b.Counts {
		sum := &t.counts[arm]
		if b.Faults[arm] != "" {
			t.faults[arm]++
		}
		sum.Wrong += c.Wrong
		sum.False += c.False
		if b.Invalid == "" {
			sum.Requests += c.Requests
			sum.Errors += c.Errors
			sum.Lost += c.Lost
		}
	}
	if b.Invalid != "" {
		t.rejected++
		t.why[b.Invalid]++
		return
	}
	t.valid++
	if b.Counts[Candidate].Errors > b.Counts[Base].Errors {
		t.failing++
	}
}

// tooMany says that of so many valid blocks and those rejected too many were rejected.
func (t tally) tooMany(valid int, share float64) bool {
	return float64(t.rejected) > share*float64(valid+t.rejected)
}

// noise says that too many were rejected.
func (t tally) noise(share float64) string {
	return fmt.Sprintf("%d of %s are invalid, more than %s: %s",
		t.rejected, count(t.valid+t.rejected, "block"), exactly(share), commonest(t.why))
}
