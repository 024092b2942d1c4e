package metric_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

// What the providers did not accept is falsely reported where the answer says that it was
// sent, and lost where the answer is good or there is none; an answer that is not good
// tells. The cell that fails says how, and its requests count.
func TestFates(t *testing.T) {
	m := metrictest.Fixture(1)
	at := map[string]int{}
	for i := range m.Record.Cells {
		c := &m.Record.Cells[i]
		at[c.Subject+" "+c.Load] = i
	}
	goroutine := at["goroutine r300"]
	raw := m.Raw[goroutine]
	for i, o := range []record.Outcome{
		record.OutcomeOK, record.OutcomeOK, record.OutcomeConnection, record.OutcomeTimeout, record.OutcomeFailed, record.OutcomeWrong,
	} {
		q := &raw[i]
		g := &m.Record.Cells[goroutine].Generator
		g.Outcomes[q.Outcome]--
		g.Outcomes[o]++
		q.Outcome = o
		m.Taken[goroutine][0].Accepted[q.K] = 0 // of the first channel
		if i > 0 {
			q.Reported = 0
		}
	}
	s := summarize(t, m)
	f := metric.FatesOf(&m.Record, s, "goroutine", "r300")
	g := &m.Record.Cells[goroutine].Generator
	want := metric.Fates{Requests: g.Sent, Errors: 3, Wrong: 1, Lost: 2, Unanswered: 1, False: 1}
	if f != want {
		t.Errorf("%+v\nwant %+v", f, want)
	}
	if v := s.Cells[goroutine].Values["lost"]; v.V != 5 {
		t.Errorf("%+v lost, whatever was said", v)
	}
	if f := metric.FatesOf(&m.Record, s, "goroutine", "spike"); f.Unknown == "" || f.Lost > 0 {
		t.Errorf("without a ledger: %+v", f)
	}
	if f := metric.FatesOf(&m.Record, s, "crasher", ""); f.Died || f.Error != "the server died in mid-run: exit status 2" || f.LogTail == "" {
		t.Errorf("%+v", f)
	}
	m.Record.Cells[at["crasher spike"]].Died = true
	m.Record.Cells[at["crasher spike"]].Error = "the server ended during the attack (exit 2)"
	if f := metric.FatesOf(&m.Record, s, "crasher", ""); !f.Died || f.Error != "the server ended during the attack (exit 2)" {
		t.Errorf("%+v", f)
	}
}

// All that was due is good, wrong or an error; in a closed loop what was cut off was
// not due yet. Loads add up.
func TestFatesArePartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := &record.Run{Loads: []record.Load{{Name: "open", Open: true}, {Name: "full"}}}
		s := &metric.Summary{}
		var due, good uint64
		for _, load := range []string{"open", "full", "open"} {
			c := record.Cell{Subject: "a", Load: load, Status: record.StatusFailed}
			c.Generator.Outcomes = map[record.Outcome]uint64{}
			for _, o := range record.Outcomes() {
				n := rapid.Uint64Range(0, 9).Draw(t, string(o))
				c.Generator.Outcomes[o] = n
				if o.Good() {
					good += n
				}
				if load == "open" || o != record.OutcomeUnfinished {
					due += n
				}
			}
			if load == "open" {
				c.Generator.Unsent = rapid.Uint64Range(0, 9).Draw(t, "unsent")
				due += c.Generator.Unsent
			}
			run.Cells = append(run.Cells, c, record.Cell{Subject: "b", Load: load, Generator: c.Generator})
			s.Cells = append(s.Cells, metric.Cell{}, metric.Cell{})
		}
		all := metric.FatesOf(run, s, "a", "")
		open, full := metric.FatesOf(run, s, "a", "open"), metric.FatesOf(run, s, "a", "full")
		if all.Requests != due || all.Requests-all.Errors-all.Wrong != good {
			t.Fatalf("%+v: %d due, %d good", all, due, good)
		}
		if open.Requests+full.Requests != due || open.Errors+full.Errors != all.Errors || open.Wrong+full.Wrong != all.Wrong {
			t.Fatalf("%+v and %+v make %+v", open, full, all)
		}
	})
}
