package metric

import (
	"errors"
	"io/fs"
	"iter"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// ledgered is a cell of requests with a ledger, and nothing else.
type ledgered struct {
	run      record.Run
	requests []record.Request
	ledger   *record.Ledger
	err      error
}

func (l *ledgered) Dir() string      { return "" }
func (l *ledgered) Run() *record.Run { return &l.run }
func (l *ledgered) Requests(*record.Cell) iter.Seq2[record.Request, error] {
	return func(yield func(record.Request, error) bool) {
		for _, q := range l.requests {
			if !yield(q, nil) {
				return
			}
		}
	}
}
func (l *ledgered) Ticks(*record.Cell) ([]record.Tick, error)     { return nil, fs.ErrNotExist }
func (l *ledgered) Samples(*record.Cell) ([]record.Sample, error) { return nil, fs.ErrNotExist }
func (l *ledgered) Ledger(*record.Cell) (*record.Ledger, error)   { return l.ledger, l.err }

func (l *ledgered) values(t interface{ Fatal(...any) }) map[string]Value {
	cell := record.Cell{Generator: record.Generator{Window: time.Second, Sent: uint64(len(l.requests))}}
	f, err := gather(l, &cell, &record.Load{}, &record.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]Value{}
	for _, m := range []Metric{delivered, lost, duplicated, falselyReported} {
		values[m.ID] = m.of(f)
	}
	return values
}

func (l *ledgered) accept(t interface{ Fatal(...any) }, channel string, k uint64, n byte) {
	if err := l.ledger.Add(contract.LedgerPage{Provider: channel, From: k, Accepted: []byte{n}}); err != nil {
		t.Fatal(err)
	}
}

// TestDeliveriesAgainstTheirDefinition draws what was answered and what was
// accepted, and counts by the words of the definitions.
func TestDeliveriesAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := contract.Channels()[:rapid.IntRange(1, 3).Draw(t, "channels")]
		l := &ledgered{ledger: &record.Ledger{}}
		l.run.Scenario.Channels, l.run.Scenario.Providers = channels, map[string]record.Provider{}
		l.run.Scenario.Devices = rapid.IntRange(0, 3).Draw(t, "devices")
		for _, c := range channels {
			l.run.Scenario.Providers[c] = record.Provider{Latency: "1ms"}
		}
		want := map[string]float64{"delivered": 0, "lost": 0, "duplicated": 0, "falsely_reported": 0}
		for k := range uint64(rapid.IntRange(0, 20).Draw(t, "requests")) {
			q := record.Request{K: k, Outcome: rapid.SampledFrom(record.Outcomes()).Draw(t, "outcome")}
			all, twice, lie := true, false, false
			for i, channel := range channels {
				due := 1
				if channel == contract.Push {
					due = max(1, l.run.Scenario.Devices)
				}
				n := rapid.IntRange(0, due+1).Draw(t, "accepted")
				said := q.Outcome.Answered() && rapid.Bool().Draw(t, "said")
				l.accept(t, channel, k, byte(n))
				if said {
					q.Reported |= 1 << i
				}
				all, twice, lie = all && n >= due, twice || n > due, lie || n < due && said
			}
			l.requests = append(l.requests, q)
			if q.Outcome == record.OutcomeUnfinished {
				continue
			}
			if all {
				want["delivered"]++
			} else if lie {
				want["falsely_reported"]++
			} else {
				want["lost"]++
			}
			if twice {
				want["duplicated"]++
			}
		}
		for id, v := range l.values(t) {
			if !v.OK || v.V != want[id] {
				t.Fatalf("%s is %+v, want %v", id, v, want[id])
			}
		}
	})
}

func TestDeliveriesSayWhyTheyAreMissing(t *testing.T) {
	for want, l := range map[string]*ledgered{
		"no ledger":      {err: fs.ErrNotExist},
		"unexpected EOF": {err: errors.New("read ledger: unexpected EOF")},
	} {
		for id, v := range l.values(t) {
			if v.OK || !strings.Contains(v.Why, want) {
				t.Errorf("%s is %+v, want %q", id, v, want)
			}
		}
	}
}
