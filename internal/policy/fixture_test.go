package policy

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file, or writes it. A missing file is an empty one.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it):\n got %s\nwant %s", file, got, want)
	}
}

// metrics are as many as the tests need, of every unit.
func metrics() []Metric {
	return []Metric{
		{ID: "cpu_per_request", Unit: record.UnitDuration}, {ID: "added_p50", Unit: record.UnitDuration},
		{ID: "added_p95", Unit: record.UnitDuration}, {ID: "added_p99", Unit: record.UnitDuration}, {ID: achieved, Unit: record.UnitRate, Higher: true},
		{ID: "peak_pss", Unit: record.UnitBytes}, {ID: "p50", Unit: record.UnitDuration},
		{ID: "service_p50", Unit: record.UnitDuration}, {ID: "errors", Unit: record.UnitShare},
		{ID: "delivered", Unit: "requests", Higher: true},
	}
}

// sliced is a scenario that fits a gate; its loads are put in.
const sliced = `title: t
providers: {email: {latency: 20ms}}
servers: [goroutine, {name: gin, label: with gin}]
loads: %s
slices: {count: 4, length: 1s}
trials: 1
`

const bothLoads = "{open: {poisson: {rate: 1000/s}}, full: {closed: {connections: 64}}}"

// scenarios are found by these names, whatever lies on the disk.
func scenarios() map[string]string {
	return map[string]string{
		"gate":   fmt.Sprintf(sliced, bothLoads),
		"single": fmt.Sprintf(sliced, "{steady: 100/s}"),
		"two":    fmt.Sprintf(sliced, "{open: 100/s, more: 200/s, full: {closed: {connections: 64}}}"),
		"closed": fmt.Sprintf(sliced, "{open: {closed: {connections: 8}}, full: {closed: {connections: 64}}}"),
		"whole":  "title: t\nproviders: {email: {latency: 20ms}}\nservers: [goroutine]\nloads: " + bothLoads + "\n",
		"broken": "title: t\nloads: {open: 100}\n",
		"narrow": "title: t\nproviders: {email: {latency: 20ms}}\nslices: {count: 4, length: 1s}\nloads: " + bothLoads +
			"\nservers: [goroutine, {name: gin, loads: [full]}]\n",
	}
}

func known() Known {
	return Known{Metrics: metrics(), Scenario: func(name string) (*scenario.Scenario, error) {
		text, ok := scenarios()[name]
		if !ok {
			return nil, fmt.Errorf("unknown scenario %q", name)
		}
		return scenario.Decode(name+".yaml", []byte(text))
	}}
}
