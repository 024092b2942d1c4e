package claimset

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/solve"
)

// solved is a search over workers that do 2.86 req/s each, as it would be filed.
func solved(from, to int, invalid string) *Solution {
	s := &Solution{Claim: record.Claim{ID: "flask-187", Judge: record.Judge{Value: 187.23}}, Path: 350 * time.Millisecond}
	machine := solve.New(s.Claim.Judge.Value, from, to)
	for n, ok := machine.Next(); ok; n, ok = machine.Next() {
		v := float64(4*n) / 0.35
		o := solve.Observation{Value: v, Lo: v - 1, Hi: v + 1, Trials: 3, Invalid: invalid}
		machine.Observe(o)
		s.Add(Tried{N: n, Words: "4 × " + decimal(float64(n)) + " threads", Bound: "workers"}, o)
		s.Conclude(machine.Result())
	}
	return s
}

func TestSolutionsInWords(t *testing.T) {
	for _, c := range []struct {
		name string
		s    *Solution
		want string
	}{
		{"found", solved(1, 64, ""), "4 × 16 threads gave 182.9 req/s (181.9–183.9), 4 × 17 threads gave 194.3 req/s (193.3–195.3): the stated 187.2 req/s lies between them"},
		{"never", solved(1, 8, ""), "the stated 187.2 req/s is not reached: 4 × 8 threads, the highest number, gave 91.4 req/s (90.4–92.4), bound by workers"},
		{"lowest", solved(20, 64, ""), "4 × 20 threads gave 228.6 req/s (227.6–229.6): the lowest number reaches the stated 187.2 req/s already"},
		{"blocked", solved(1, 64, "drift"), "not solved: 4 × 64 threads could not be measured: drift"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.s.Words[0]; got != "187.2 req/s at 350ms needs at least 66 in flight (Little: 187.23 × 0.35 s = 65.5)" {
				t.Errorf("got %s", got)
			}
			if got := c.s.Words[1]; got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			var b strings.Builder
			if err := c.s.Text(&b); err != nil || !strings.HasSuffix(b.String(), "flask-187: "+c.want+"\n") {
				t.Errorf("%v: %s", err, b.String())
			}
		})
	}
}
