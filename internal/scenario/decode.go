package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// Limits on what a scenario may ask for: beyond them lies a mistake.
const (
	maxDuration  = time.Hour
	maxTrials    = 100
	maxSlices    = 100
	maxProcesses = 1024
	maxFlight    = 1_000_000
)

// ReadFile reads and checks a scenario file.
func ReadFile(file string) (*Scenario, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	return Decode(file, src)
}

// Decode reads and checks a scenario; file is the name its problems are
// reported under. The error is a strict.Problems that holds all of them.
func Decode(file string, src []byte) (*Scenario, error) {
	doc := strict.Parse(file, src)
	d := decoder{doc: doc, s: defaults(file)}
	d.top = doc.Root().Map(keys()...)
	d.identity()
	d.request()
	d.providers()
	d.checkDevices()
	d.servers()
	d.setAll()
	d.times()
	d.loads()
	d.rowLoads()
	d.objective()
	d.timeline()
	d.claims()
	d.migrate()
	if doc.Clean() {
		d.check()
	}
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return d.s, nil
}

// decoder carries one decoding: each of its methods reads one section.
type decoder struct {
	doc *strict.Document
	top strict.Map
	s   *Scenario

	searched []strict.Node // the loads of the kind capacity
	devices  strict.Node   // request.devices
	measured []strict.Node // the loads of each row

	timed bool // the duration is known: what must lie within it can be checked
}

// keys of a scenario, in the order in which they are written.
func keys() []string {
	return []string{"name", "title", "source", "request", "wire", "providers", "set", "servers", "loads",
		"duration", "warmup", "slices", "timeout", "drain", "max_in_flight", "trials", "isolation", "slo", "timeline", "claims", "migrate"}
}

// defaults is a scenario of which nothing is said.
func defaults(file string) *Scenario {
	base := filepath.Base(file)
	return &Scenario{
		Name:        strings.TrimSuffix(base, filepath.Ext(base)),
		Path:        contract.PathNotify,
		Method:      MethodPost,
		Recipients:  Addresses,
		Devices:     1,
		Wire:        "plain",
		Duration:    2 * time.Second,
		Warmup:      time.Second,
		Timeout:     10 * time.Second,
		Drain:       time.Second,
		MaxInFlight: 1000,
		Trials:      6,
		Isolation:   Pinned,
		File:        file,
	}
}

func (d *decoder) identity() {
	name := d.top.Get("name")
	if !name.Name(&d.s.Name) && !name.Present() && !strict.SimpleName(d.s.Name) {
		d.top.Need("name", "my-scenario")
	}
	d.top.Need("title", "what it compares, in a line").Text(&d.s.Title)
	if source := d.top.Get("source"); source.Present() {
		m := source.Map("document", "section")
		m.Need("document", "the title of the article").Text(&d.s.Source.Document)
		m.Get("section").Text(&d.s.Source.Section)
	}
}

func (d *decoder) times() {
	s, top := d.s, d.top
	duration := top.Get("duration")
	d.timed = duration.Duration(&s.Duration, time.Millisecond, maxDuration) || !duration.Present()
	top.Get("warmup").Duration(&s.Warmup, 0, maxDuration)
	d.slices(duration)
	top.Get("timeout").Duration(&s.Timeout, time.Millisecond, maxDuration)
	top.Get("drain").Duration(&s.Drain, 0, maxDuration)
	top.Get("max_in_flight").Int(&s.MaxInFlight, 1, maxFlight)
	top.Get("trials").Int(&s.Trials, 1, maxTrials)
	top.Get("isolation").OneOf(&s.Isolation, Pinned, Shared)
}

// sliceWarmup is the default before a slice: long enough to open the connections
// and to fill caches that other servers have used meanwhile.
const sliceWarmup = 200 * time.Millisecond

// slices reads how a trial is cut. Duration then is the length of a slice: whatever
// must lie within the measurement must lie within each of them.
func (d *decoder) slices(duration strict.Node) {
	n := d.top.Get("slices")
	if !n.Present() {
		return
	}
	if duration.Present() {
		duration.Note("the duration of a sliced measurement is count × length", "remove it")
	}
	s, m := &d.s.Slices, n.Map("count", "length", "warmup", "together")
	s.Warmup = sliceWarmup
	m.Get("warmup").Duration(&s.Warmup, 0, maxDuration)
	together := "false"
	m.Get("together").OneOf(&together, "true", "false")
	s.Together = together == "true"
	d.timed = m.Need("length", "500ms").Duration(&d.s.Duration, time.Millisecond, maxDuration)
	count := m.Need("count", "8")
	if count.Int(&s.Count, 2, maxSlices) && s.Count%2 != 0 {
		count.Note(fmt.Sprintf("%d slices cannot be put in balanced order", s.Count), "write an even number")
	}
}

// defaultErrors is the share of errors an objective tolerates where it gives none.
const defaultErrors = 0.001

func (d *decoder) objective() {
	n := d.top.Get("slo")
	if !n.Present() {
		return
	}
	m := n.Map("p99", "errors")
	slo := SLO{Errors: defaultErrors, Pos: Position{File: d.s.File}}
	slo.Pos.Line, slo.Pos.Column = n.Pos()
	m.Need("p99", "400ms").Duration(&slo.P99, time.Millisecond, maxDuration)
	m.Get("errors").Share(&slo.Errors)
	d.s.SLO = &slo
}
