package claim

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Every judge says what it asks, accepts a good claim, refuses an empty one, and
// comes to every verdict it can.
func TestJudgesConform(t *testing.T) {
	seen := map[string]bool{}
	for _, j := range judges() {
		t.Run(j.kind, func(t *testing.T) {
			if j.kind == "" || j.doc == "" || seen[j.kind] {
				t.Errorf("incomplete: %+v", j)
			}
			seen[j.kind] = true
			c := claimOf(j.kind)
			if problems := Check(c); len(problems) > 0 {
				t.Errorf("a good claim: %+v", problems)
			}
			spoilt := c
			spoilt.Judge, spoilt.To = record.Judge{Kind: j.kind, Tolerance: 7, Unit: string(metric.Bytes)}, ""
			for _, p := range Check(spoilt) {
				if p.Part == "" || p.What == "" || p.Instead == "" {
					t.Errorf("incomplete: %+v", p)
				}
			}
			if len(Check(spoilt)) == 0 {
				t.Error("a spoilt claim is accepted")
			}
			ends(t, settled(c, true), Reproduced)
			ends(t, settled(c, false), NotReproduced)
			ends(t, newLab(c), NotMeasured)
			l := settled(c, true)
			for i := range l.summary.Rows {
				l.summary.Rows[i].State, l.summary.Rows[i].Why = metric.AllInvalid, "the generator was late"
			}
			if r := ends(t, l, NotMeasured); r.Absence != Invalid || !strings.Contains(r.Measured, "the generator was late") {
				t.Errorf("invalid: %+v", r)
			}
			ends(t, newLab(record.Claim{Judge: record.Judge{Kind: j.kind}, Metric: c.Metric}), NotMeasured)
		})
	}
}

func ends(t *testing.T, l *lab, want string) Result {
	t.Helper()
	r := l.judge()
	if r.Verdict != want || r.Measured == "" || (r.Absence != "") != (want == NotMeasured) {
		t.Errorf("%s, want %s: %+v", r.Verdict, want, r)
	}
	if strings.Contains(r.Measured, "NaN") || strings.Contains(r.Measured, "Inf") {
		t.Errorf("no number: %s", r.Measured)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
	return r
}

func TestVerdictsConform(t *testing.T) {
	if list := verdicts(); list[0].name != NotMeasured || list[len(list)-1].name != NotReproduced || len(Verdicts()) != len(list) {
		t.Error("what is absent comes first, what is outside last")
	}
	for _, v := range Verdicts() {
		if !regexp.MustCompile(`^[A-Z ]+$`).MatchString(v.Name) || v.Doc == "" {
			t.Errorf("incomplete: %+v", v)
		}
	}
	if len(Kinds()) != len(judges()) {
		t.Error("a judge is not listed")
	}
}

func TestCheckNamesThePart(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*record.Claim)
		part  string
		says  string
	}{
		"metric":      {func(c *record.Claim) { c.Metric = "speed" }, "metric", "achieved"},
		"judge":       {func(c *record.Claim) { c.Judge.Kind = "feeling" }, "judge", "at_least"},
		"expect":      {func(c *record.Claim) { c.Expect = "TRUE" }, "expect", NotReproduced},
		"no expect":   {func(c *record.Claim) { c.Expect = "" }, "expect", NotReproduced},
		"unmeasured":  {func(c *record.Claim) { c.Unmeasured = "no server" }, "expect", NotMeasured},
		"unit":        {func(c *record.Claim) { c.Judge.Unit = string(metric.Nanoseconds) }, "judge", "187.23/s"},
		"number":      {func(c *record.Claim) { c.Judge.Unit = record.UnitNumber }, "judge", "187.23/s"},
		"tolerance":   {func(c *record.Claim) { c.Judge.Tolerance = 1 }, "judge", "15%"},
		"zero":        {func(c *record.Claim) { c.Judge.Value = 0 }, "judge", "at_most"},
		"unboundable": {func(c *record.Claim) { c.Expect, c.Metric = Impossible, metric.P50 }, "expect", "at_least"},
		"itself": {func(c *record.Claim) {
			c.To, c.Judge = "a", record.Judge{Kind: record.JudgeFactor, Value: 2}
		}, "judge", "another"},
		"no merit": {func(c *record.Claim) {
			*c = claimOf(record.JudgeOrder)
			c.Metric = metric.InFlight
		}, "metric", "another metric"},
	} {
		claim := claimOf(record.JudgeValue)
		c.spoil(&claim)
		list := Check(claim)
		if len(list) != 1 || list[0].Part != c.part || !strings.Contains(list[0].Instead, c.says) {
			t.Errorf("%s: %+v", name, list)
		}
	}
	capacity := claimOf(record.JudgeValue)
	capacity.Metric = metric.Capacity
	if list := Check(capacity); len(list) > 0 {
		t.Errorf("of a capacity: %+v", list)
	}
}
