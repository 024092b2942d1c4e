package policy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// Limits on what a policy may ask for: beyond them lies a mistake.
const (
	minBlocks = 4 // fewer have no spread to speak of
	maxBlocks = 1000
	maxLooks  = 16
	minBudget = time.Second
	maxBudget = 24 * time.Hour
	maxBusy   = 0.9 // beyond it queues grow, and latencies are those of the queue
	maxError  = 0.5
)

// Read reads and checks a policy file. A scenario is one of the folder scenarios, or a
// file *.yaml, counted from the folder of the policy.
func Read(path string, metrics []Metric, scenarios string) (*File, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	f, err := Decode(path, src, Known{Metrics: metrics, Scenario: finder(filepath.Dir(path), scenarios)})
	if err != nil {
		return nil, err
	}
	f.Path = path
	return f, nil
}

// finder reads scenarios: names from the folder scenarios, paths from the folder beside.
func finder(beside, scenarios string) func(string) (*scenario.Scenario, error) {
	return func(name string) (*scenario.Scenario, error) {
		if strings.HasSuffix(name, ".yaml") && !filepath.IsAbs(name) {
			name = filepath.Join(beside, name)
		}
		file, err := scenario.Find(scenarios, name)
		if err != nil {
			return nil, err
		}
		return scenario.ReadFile(file)
	}
}

// Decode reads and checks a policy; file is the name its problems are reported under.
// The error is a strict.Problems that holds all of them.
func Decode(file string, src []byte, known Known) (*File, error) {
	doc := strict.Parse(file, src)
	d := decoder{doc: doc, known: known, f: &File{Budget: defaultBudget, Gate: gate.Default()}}
	d.top = doc.Root().Map(keys()...)
	d.scenario()
	d.rows()
	d.load()
	d.blocks()
	d.shares()
	d.metrics()
	if doc.Clean() {
		d.check()
	}
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return d.f, nil
}

// decoder carries one decoding: each of its methods reads one section.
type decoder struct {
	doc   *strict.Document
	top   strict.Map
	known Known
	f     *File
	loads []strict.Node // where each rule's load is named, or else the rule
}

// keys of a policy, in the order in which they are written.
func keys() []string {
	return []string{"scenario", "servers", "busy", "budget", "blocks", "error", "miss", "max_invalid",
		"on_inconclusive", "metrics"}
}

// at is where a problem is reported: at the value, or at the file where it has none.
func (d *decoder) at(n strict.Node) strict.Node {
	if n.Present() {
		return n
	}
	return d.doc.Root()
}

// scenario reads what is measured.
func (d *decoder) scenario() {
	name, n := defaultScenario, d.top.Get("scenario")
	if !d.doc.Root().IsMap() || n.Present() && !n.Text(&name) {
		return
	}
	sc, err := d.known.Scenario(name)
	var problems strict.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			d.doc.Add(p)
		}
	case err != nil:
		d.at(n).Notef("write the name of a scenario, or a file *.yaml beside the policy", "scenario %s: %v", name, err)
	case sc.Slices.Count == 0:
		d.at(n).Notef("add slices: {count: 4, length: 1s} to it, in place of duration",
			"scenario %s has no slices, in which base and candidate could take turns", name)
	default:
		d.f.Scenario = sc
	}
}

// rows reads which rows are gated: labels, or names of servers.
func (d *decoder) rows() {
	n, sc := d.top.Get("servers"), d.f.Scenario
	if sc == nil {
		return
	}
	var valid, names []string
	for _, row := range sc.Servers {
		valid = appendNew(appendNew(valid, row.Label), row.Name)
	}
	if n.IsList() && len(n.List("")) == 0 {
		n.Note("no server", "remove servers: every row of the scenario is then gated")
	}
	if names = valid; n.Present() {
		names = n.Names("row", valid)
	}
	for _, row := range sc.Servers {
		if slices.Contains(names, row.Label) || slices.Contains(names, row.Name) {
			d.f.Rows = append(d.f.Rows, row.Label)
		}
	}
}

// load reads how hard the base is driven, and for how long.
func (d *decoder) load() {
	busy := d.top.Get("busy")
	if busy.Share(&d.f.Busy) && (d.f.Busy <= 0 || d.f.Busy > maxBusy) {
		busy.Note("busy is out of range", "write a share above 0%, at most 90%; leave it out to keep the scenario's rate")
	}
	d.top.Get("budget").Duration(&d.f.Budget, minBudget, maxBudget)
	verdict := inconclusiveFail
	d.top.Get("on_inconclusive").OneOf(&verdict, inconclusiveFail, inconclusiveWarn)
	d.f.Warn = verdict == inconclusiveWarn
}

// What an INCONCLUSIVE gate does.
const (
	inconclusiveFail = "fail"
	inconclusiveWarn = "warn"
)

// shares reads the probabilities.
func (d *decoder) shares() {
	for _, s := range []struct {
		key string
		dst *float64
	}{{"error", &d.f.Gate.Error}, {"miss", &d.f.Gate.Miss}} {
		n := d.top.Get(s.key)
		if n.Share(s.dst) && (*s.dst <= 0 || *s.dst > maxError) {
			n.Notef("write a share above 0%, at most 50%", "%s is out of range", s.key)
		}
	}
	if n := d.top.Get("max_invalid"); n.Share(&d.f.Gate.MaxInvalid) && d.f.Gate.MaxInvalid > gate.MostInvalid {
		n.Note("max_invalid is out of range", "write a share of at most 50%")
	}
}
