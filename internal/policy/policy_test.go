package policy

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/strict"
)

func TestEveryMistakeAtOnce(t *testing.T) {
	src, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Decode("testdata/mistakes.yaml", src, known())
	var problems strict.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("not a list of problems: %v", err)
	}
	golden(t, "testdata/mistakes.golden", err.Error()+"\n")
}

// {} is the default policy, over every row of the scenario.
func TestDefaults(t *testing.T) {
	f, err := Decode("x.yaml", []byte("{}\n"), known())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Gate, gate.Default()) || f.Budget != 15*time.Minute || f.Busy != 0 || f.Warn || f.Path != "" {
		t.Errorf("got %+v", f)
	}
	if !slices.Equal(f.Rows, []string{"goroutine", "with gin"}) || f.Scenario.Name != "gate" || f.Open() != "open" {
		t.Errorf("rows %q of %s, open load %q", f.Rows, f.Scenario.Name, f.Open())
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	f, err := Decode("x.yaml", []byte(`scenario: gate
servers: [gin]
busy: 30%
budget: 20m
blocks: {looks: [4, 6], confirm: 5}
error: 2%
miss: 10%
max_invalid: 0.5
on_inconclusive: warn
metrics:
  achieved: {}
  added_p50: {tolerance: 10%}
  peak_pss: {tolerance: 0.5%, floor: 1MiB}
  p50: {load: full, tolerance: 10%, floor: 50us}
  delivered: {load: open, tolerance: 1%, effect: 0%, floor: 3}
`), known())
	if err != nil {
		t.Fatal(err)
	}
	want := gate.Policy{Looks: []int{4, 6}, Confirm: 5, Error: 0.02, Miss: 0.1, MaxInvalid: 0.5, Rules: []gate.Rule{
		{Metric: "achieved", Load: "full", Higher: true, Tolerance: 0.05, Effect: 0.01},
		{Metric: "added_p50", Load: "open", Tolerance: 0.1, Effect: 0.01},
		// The metric's own effect would be above this tolerance.
		{Metric: "peak_pss", Load: "open", Tolerance: 0.005, Effect: 0.001, Floor: 1 << 20},
		{Metric: "p50", Load: "full", Tolerance: 0.1, Effect: 0.02, Floor: 50_000},
		{Metric: "delivered", Load: "open", Higher: true, Tolerance: 0.01, Floor: 3},
	}}
	if !reflect.DeepEqual(f.Gate, want) {
		t.Errorf("got %+v\nwant %+v", f.Gate, want)
	}
	if f.Busy != 0.3 || f.Budget != 20*time.Minute || !f.Warn || !slices.Equal(f.Rows, []string{"with gin"}) {
		t.Errorf("got %+v", f)
	}
}

func TestSectionsTogether(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"no such scenario", "scenario: gatte\n",
			`x.yaml:1:11: scenario gatte: unknown scenario "gatte": write the name of a scenario, or a file *.yaml beside the policy`},
		{"problems of the scenario", "scenario: broken\n", "broken.yaml:2:15: rate \"100\" has no unit: write 100/s"},
		{"nothing takes turns", "scenario: whole\n",
			"x.yaml:1:11: scenario whole has no slices, in which base and candidate could take turns"},
		{"no such loads", "scenario: single\n",
			"x.yaml:1:1: scenario single has no load open, under which cpu_per_request is gated by default"},
		{"the only load", "scenario: single\nmetrics: {p50: {tolerance: 5%}}\n", ""},
		{"which load", "metrics: {p50: {tolerance: 5%}}\n", "x.yaml:1:16: missing key metrics.p50.load: add load: open"},
		{"no tolerance", "metrics: {p50: {load: open}}\n", "missing key metrics.p50.tolerance: add tolerance: 5%"},
		{"throughput of an open load", "metrics: {achieved: {load: open}}\n",
			"x.yaml:1:28: what is achieved under load open is what is offered"},
		{"busy without an open load", "scenario: closed\nbusy: 50%\n",
			"x.yaml:2:7: busy sets the rate of the one open load, and scenario closed has no load of a constant rate"},
		{"busy with two", "scenario: two\nbusy: 50%\n", "scenario two has more than one: open, more"},
		{"busy for nothing", "busy: 50%\nmetrics: {peak_pss: {load: full, tolerance: 5%}}\n",
			"x.yaml:1:7: busy sets the rate of load open, under which no metric is gated"},
		{"most is invalid", "max_invalid: 80%\n", "x.yaml:1:14: max_invalid is out of range: write a share of at most 50%"},
		{"a row without the load", "scenario: narrow\n", "x.yaml:1:1: row gin is not measured under load open"},
		{"leave the row out", "scenario: narrow\nservers: [goroutine]\n", ""},
		{"nothing fits the budget", "budget: 1m\n",
			"x.yaml:1:9: a budget of 1m0s ends before the first look: 8 blocks have 2m8s of windows alone"},
		{"no list of rows", "servers: []\n", "x.yaml:1:10: no server"},
		{"no metric", "metrics: {}\n", "x.yaml:1:10: no metric"},
		{"too many looks", "blocks: {looks: [2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]}\n", "17 looks"},
		{"not a mapping", "[]\n", "x.yaml:1:1: the file is a list, not a mapping"},
		{"empty", "\n", "x.yaml: the file is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode("x.yaml", []byte(c.src), known())
			switch {
			case err == nil && c.want != "":
				t.Errorf("accepted, want %s", c.want)
			case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

// A metric that is unknown in the default policy is a fault of the program, and said.
func TestDefaultMetricsMustBeKnown(t *testing.T) {
	less := known()
	less.Metrics = metrics()[:1]
	_, err := Decode("x.yaml", []byte("{}\n"), less)
	if err == nil || !strings.Contains(err.Error(), `unknown metric "peak_pss"`) {
		t.Errorf("got %v", err)
	}
}

// Paths are counted from the policy, names from the folder of scenarios.
func TestScenarioIsFoundBesideThePolicy(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"theirs/gate.yaml": "scenario: load.yaml\n", "theirs/named.yaml": "scenario: gate\n",
		"theirs/load.yaml": scenarios()["gate"], "scenarios/gate.yaml": scenarios()["gate"],
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "scenarios")
	for name, want := range map[string]string{"gate": "load", "named": "gate"} {
		path := filepath.Join(dir, "theirs", name+".yaml")
		f, err := Read(path, metrics(), folder)
		if err != nil {
			t.Fatal(err)
		}
		if f.Scenario.Name != want || f.Path != path {
			t.Errorf("%s: got scenario %s, path %s", name, f.Scenario.Name, f.Path)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"../../gate.yaml", "testdata/mistakes.yaml"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add("{}\n")
	f.Add("scenario: single\nmetrics: {p50: {tolerance: 100%, effect: 0.5, floor: 1us}}\nblocks: {looks: [2]}\n")
	f.Add("scenario: narrow\nservers: [goroutine]\nbusy: 0.9\n")
	f.Fuzz(func(t *testing.T, src string) {
		p, err := Decode("f.yaml", []byte(src), known())
		if (p == nil) == (err == nil) {
			t.Fatalf("policy %v, error %v", p, err)
		}
		if err == nil {
			sound(t, p)
		}
	})
}

// sound says what holds of every policy that is accepted.
func sound(t *testing.T, p *File) {
	t.Helper()
	g := p.Gate
	if !slices.IsSorted(g.Looks) || len(g.Looks) == 0 || len(slices.Compact(slices.Clone(g.Looks))) != len(g.Looks) ||
		g.Looks[0] < 2 || g.Confirm < 2 {
		t.Errorf("looks %v, confirm %d", g.Looks, g.Confirm)
	}
	if !(g.Error > 0 && g.Error <= 0.5 && g.Miss > 0 && g.Miss <= 0.5 && g.MaxInvalid >= 0 && g.MaxInvalid <= 1) ||
		p.Busy < 0 || p.Busy > maxBusy || p.Budget <= 0 || len(p.Rows) == 0 || len(g.Rules) == 0 {
		t.Errorf("got %+v", p)
	}
	seen := map[string]bool{}
	for _, r := range g.Rules {
		if !(r.Tolerance > 0 && r.Effect >= 0 && r.Effect <= r.Tolerance && r.Floor >= 0) || r.Load == "" || seen[r.Metric] {
			t.Errorf("rule %+v", r)
		}
		seen[r.Metric] = true
	}
}
