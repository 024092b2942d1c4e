package report

import (
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

// What all rows have is said once, and only where it is not the default.
func TestSettingsOfEveryRow(t *testing.T) {
	defaults := func(more ...string) record.Subject {
		s := record.Subject{Settings: map[string]string{"expiry": "1h0m0s"}}
		for _, c := range contract.Settings() {
			if c.Name != "expiry" {
				s.Settings[c.Name] = c.Default
			}
		}
		for i := 0; i+1 < len(more); i += 2 {
			s.Settings[more[i]] = more[i+1]
		}
		return s
	}
	for want, rows := range map[string][]record.Subject{
		"":                        {defaults(), defaults("attempts", "3"), {}},
		"attempts=3 store=sqlite": {defaults("attempts", "3", "store", "sqlite"), defaults("attempts", "3", "store", "sqlite", "work", "1ms")},
		"mode=queued":             {defaults("mode", "queued")},
	} {
		if got := sameSettings(rows); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := sameSettings(nil); got != "" {
		t.Errorf("of no rows %q", got)
	}
	r := reportOf(t, metrictest.Fixture(1))
	r.Run.Scenario.Devices, r.Run.Scenario.Recipients, r.Run.Scenario.Keyed = 5, "users", true
	if want := "notifications to users of the store, each push to 5 devices, with an idempotency key"; !slices.Contains(conditions(r), want) {
		t.Errorf("%q", conditions(r))
	}
}
