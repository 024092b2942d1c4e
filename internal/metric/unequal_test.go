package metric

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// worked is a row whose notifications had providers accept so many calls each, and
// refuse others.
func worked(name string, notifications uint64, providers ...channelTally) Row {
	t := tally{carried: notifications, sent: notifications, channels: providers}
	for i := range t.channels {
		c := &t.channels[i]
		c.failed = float64(c.failedAll)
		c.received = c.accepted + c.failedAll
	}
	return Row{Subject: name, State: Measured, Audit: t.audit()}
}

// called is a provider that accepted so many calls of 40 bytes, of which each
// notification should make one.
func called(name string, accepted, failed uint64) channelTally {
	return channelTally{name: name, due: 1, accepted: accepted, failedAll: failed, bytes: 40 * (accepted + failed)}
}

func marks(rows []Row) string {
	unequalWork(rows)
	var parts []string
	for _, r := range rows {
		if r.Unequal != "" {
			parts = append(parts, r.Subject+" "+r.Unequal)
		}
		if noted := len(r.Notes) > 0; noted != (r.Unequal != "") {
			parts = append(parts, r.Subject+" is noted where it is not marked, or not where it is")
		}
	}
	return strings.Join(parts, "\n")
}

func TestUnequalWorkInWords(t *testing.T) {
	const n = 1000
	honest := func() Row {
		return worked("honest", n, called(contract.Email, n, 0), called(contract.SMS, n, 0))
	}
	retries := func(name string) Row { // one in ten fails, and is made again
		return worked(name, n, called(contract.Email, n, 100), called(contract.SMS, n, 0))
	}
	short := func(name string, bytes uint64) Row {
		c := called(contract.SMS, n, 0)
		c.bytes = bytes * n
		return worked(name, n, called(contract.Email, n, 0), c)
	}
	invalid := func(r Row) Row {
		r.State = AllInvalid
		return r
	}
	for _, c := range []struct {
		name string
		rows []Row
		want string
	}{
		{"no call", []Row{honest(), worked("cheat", n, called(contract.Email, n, 0), called(contract.SMS, 0, 0))},
			"cheat made 1.00 calls per notification where the scenario asks for 2.00: no sms call"},
		{"most rows cheat", []Row{honest(), worked("a", n, called(contract.Email, n, 0), called(contract.SMS, 0, 0)),
			worked("b", n, called(contract.Email, n, 0), called(contract.SMS, 0, 0))},
			"a made 1.00 calls per notification where the scenario asks for 2.00: no sms call\n" +
				"b made 1.00 calls per notification where the scenario asks for 2.00: no sms call"},
		{"alone", []Row{worked("cheat", n, called(contract.Email, n, 0), called(contract.SMS, 0, 0))},
			"cheat made 1.00 calls per notification where the scenario asks for 2.00: no sms call"},
		{"a tenth", []Row{worked("cheat", n, called(contract.Email, n, 0), called(contract.SMS, 900, 0)), honest()},
			"cheat made 1.90 calls per notification where the scenario asks for 2.00: 0.90 sms calls instead of 1.00"},
		{"twice", []Row{worked("cheat", n, called(contract.Email, 2*n, 0), called(contract.SMS, n, 0)), honest()},
			"cheat made 3.00 calls per notification where the scenario asks for 2.00: 2.00 email calls instead of 1.00"},
		{"one for the other", []Row{worked("cheat", n, called(contract.Email, 2*n, 0), called(contract.SMS, 0, 0)), honest()},
			"cheat made 2.00 calls per notification where the scenario asks for 2.00: 2.00 email calls instead of 1.00, no sms call"},
		{"retries", []Row{retries("retries"), honest()},
			"retries made 2.10 calls per notification where the others made 2.00: 0.10 retries per notification"},
		{"mostly retries", []Row{honest(), retries("a"), retries("b")},
			"honest made 2.00 calls per notification where the others made 2.10: 0.00 retries per notification"},
		{"all invalid", []Row{invalid(retries("retries")), invalid(honest())},
			"retries made 2.10 calls per notification where the others made 2.00: 0.10 retries per notification"},
		{"most invalid", []Row{invalid(retries("a")), invalid(retries("b")), honest()},
			"a made 2.10 calls per notification where the others made 2.00: 0.10 retries per notification\n" +
				"b made 2.10 calls per notification where the others made 2.00: 0.10 retries per notification"},
		{"all retry", []Row{retries("a"), retries("b")}, ""},
		{"blanks in JSON", []Row{honest(), short("blanks", 46)}, ""},
		{"a field left out", []Row{honest(), short("short", 25)},
			"short sent 25 bytes a call to sms where the others sent 40"},
		{"not known", []Row{honest(), {Subject: "failed", State: Failed}, worked("idle", 0, called(contract.Email, 0, 0))}, ""},
	} {
		if got := marks(c.rows); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Rows that are equal up to what nobody can know are never marked; of a row whose
// provider misses a share of its calls that is beyond the limit it is always said;
// and the order of the rows does not matter.
func TestUnequalWorkLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := contract.Channels()[:rapid.IntRange(1, 3).Draw(t, "channels")]
		due := uint64(rapid.IntRange(1, 3).Draw(t, "due"))
		var rows []Row
		for i := range rapid.IntRange(1, 5).Draw(t, "rows") {
			rows = append(rows, equalRow(t, fmt.Sprint(i), channels, due))
		}
		if got := marks(rows); got != "" {
			t.Fatalf("equal rows: %s", got)
		}
		n := rapid.Uint64Range(200, 5000).Draw(t, "n")
		share := rapid.Float64Range(0.011, 1).Draw(t, "share")
		skipped := rapid.IntRange(0, len(channels)-1).Draw(t, "skipped")
		var parts []channelTally
		for i, name := range channels {
			c := called(name, due*n, 0)
			c.due = float64(due)
			if i == skipped {
				c.accepted -= uint64(float64(due*n)*share) + 1 - uint64(share)
			}
			parts = append(parts, c)
		}
		rows = append(rows, worked("cheat", n, parts...))
		for _, order := range [][]Row{rows, rapid.Permutation(rows).Draw(t, "order")} {
			got := marks(order)
			if !strings.HasPrefix(got, "cheat made ") || strings.Contains(got, "\n") || !strings.Contains(got, channels[skipped]) {
				t.Fatalf("%.3f of the calls to %s skipped: %q", share, channels[skipped], got)
			}
		}
	})
}

// equalRow makes each call once: those that failed were not tried again. How many
// of them lie in the warm-up, and which requests without an answer were carried,
// nobody can know.
func equalRow(t *rapid.T, name string, channels []string, due uint64) Row {
	n := rapid.Uint64Range(1, 5000).Draw(t, "notifications")
	w := tally{carried: n, cut: rapid.Uint64Range(0, 2000).Draw(t, "cut"), maybe: rapid.Uint64Range(0, 9000).Draw(t, "maybe")}
	for _, channel := range channels {
		c := called(channel, due*n, 0)
		c.due = float64(due)
		if rapid.Bool().Draw(t, "fails") {
			failed := rapid.Uint64Range(0, due*n/2).Draw(t, "failed")
			early := rapid.Uint64Range(0, failed/5).Draw(t, "early")
			c.accepted, c.failedAll = due*n-failed, failed+early
			c.failed = min(float64(failed), float64(c.failedAll)*rapid.Float64Range(0.8, 1).Draw(t, "share"))
		}
		c.received, c.bytes = c.accepted+c.failedAll, (38+rapid.Uint64Range(0, 6).Draw(t, "blanks"))*(c.accepted+c.failedAll)
		w.channels = append(w.channels, c)
	}
	return Row{Subject: name, State: Measured, Audit: w.audit()}
}
