package capacity

import (
	"strings"
	"testing"
	"time"
)

func TestWordsOfResults(t *testing.T) {
	invalidAbove := func(rate float64, generator bool) observer {
		return func(t Trial, n int) Observation {
			if t.Rate > rate {
				return Observation{Invalid: "their core was 92% busy", Generator: generator}
			}
			return bad(t, 0)
		}
	}
	tight := Defaults()
	tight.Budget = 45 * time.Second
	narrow := Defaults()
	narrow.From, narrow.To = 100, 500
	for name, c := range map[string]struct {
		o     Options
		prior Prior
		under observer
		want  Status
		words []string
	}{
		"found":       {Defaults(), Prior{}, threshold(1050), Found, []string{"holds 1,039/s, fails at 1,070/s: late"}},
		"at once":     {Defaults(), Prior{}, threshold(1), FailsAtOnce, []string{"fails at 10.03/s, the lowest rate: late"}},
		"never":       {narrow, Prior{}, threshold(1e6), NeverFails, []string{"≥ 496.4/s, the highest rate of the search"}},
		"generator":   {Defaults(), Prior{}, invalidAbove(3900, true), Limited, []string{"≥ 3,8", "generator-limited", "92% busy"}},
		"not its own": {Defaults(), Prior{}, invalidAbove(3900, false), Limited, []string{"≥ 3,8", "no valid trial at 3,9"}},
		"unmeasured":  {Defaults(), Prior{}, invalidAbove(1, false), Unmeasurable, []string{"no valid trial at 10.03/s, the lowest rate: their core"}},
		"wide":        {tight, Prior{}, threshold(20_000), Wide, []string{"holds ", "the budget of 45 s was used up"}},
	} {
		r, _ := search(t, c.o, c.prior, c.under)
		if r.Status != c.want {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
		for _, w := range c.words {
			if !strings.Contains(r.Words, w) {
				t.Errorf("%s: %q lacks %q", name, r.Words, w)
			}
		}
	}
}

// One percent of fewer than 100 requests is none.
func TestVerdictOfFewRequests(t *testing.T) {
	for _, c := range []struct {
		o    Observation
		want Verdict
	}{
		{Observation{Scheduled: 57}, Holds},
		{Observation{Scheduled: 57, Bad: 1}, Fails},
		{Observation{Scheduled: 100, Bad: 1}, Holds},
		{Observation{Scheduled: 500, Bad: 5}, Holds},
		{Observation{Scheduled: 500, Bad: 6}, Fails},
		{Observation{Scheduled: 500, Growing: true}, Fails},
		{Observation{}, Fails},
		{Observation{Scheduled: 500, Bad: 500, Invalid: "noise"}, Invalid},
	} {
		if got := c.o.Verdict(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.o, got, c.want)
		}
	}
}

func TestGrid(t *testing.T) {
	for _, rate := range []float64{0.01, 0.5, 1, 10, 57.3, 1000, 49_999, 1e6} {
		if a := above(rate); rateAt(a) < rate*0.9999 || rateAt(a-1) >= rate {
			t.Errorf("above %v is %v", rate, rateAt(a))
		}
		if b := below(rate); rateAt(b) > rate*1.0001 || rateAt(b+1) <= rate {
			t.Errorf("below %v is %v", rate, rateAt(b))
		}
	}
	if Fits(100, 101) || !Fits(100, 110) || Fits(0, 10) {
		t.Error("Fits")
	}
	if got := Rate(rateAt(above(1040))); got != "1,070/s" {
		t.Error(got)
	}
}
