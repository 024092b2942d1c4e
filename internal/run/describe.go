package run

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

// newRun describes the plan as a record in which nothing has been measured yet.
func newRun(p *plan.Plan, tool string) *record.Run {
	now := time.Now().UTC()
	run := &record.Run{
		Schema: record.Schema, Tool: tool, ID: record.Name(now, p.Scenario.Name),
		Status: record.StatusRunning, Started: now,
		Scenario: describeScenario(p), Cores: p.Cores,
		Environment: fingerprint(p.Machine),
	}
	for i := range p.Rows {
		run.Subjects = append(run.Subjects, describeRow(p.Scenario, &p.Rows[i]))
	}
	for _, l := range p.Scenario.Loads {
		run.Loads = append(run.Loads, describeLoad(p.Scenario, l))
	}
	for _, s := range p.Scenario.Timeline {
		run.Events = append(run.Events, record.Event{At: s.At, Text: s.Text})
	}
	for _, c := range p.Cells {
		run.Cells = append(run.Cells, describeCell(c))
	}
	for i := range p.Searches {
		run.Searches = append(run.Searches, describeSearch(&p.Searches[i]))
	}
	return run
}

func describeScenario(p *plan.Plan) record.Scenario {
	sc := p.Scenario
	out := record.Scenario{
		Name: sc.Name, Title: sc.Title, Document: sc.Source.Document, Section: sc.Source.Section,
		Text: scenario.Text(sc), Hash: scenario.Hash(scenario.Measured(sc)), Seed: p.Seed, Short: p.Short, Trials: sc.Trials,
		Warmup: sc.Warmup, Duration: sc.Duration, Drain: sc.Drain, Timeout: sc.Timeout,
		MaxInFlight: sc.MaxInFlight, Isolation: sc.Isolation, Channels: sc.Channels,
		Providers: map[string]record.Provider{},
	}
	if sc.Devices > 1 {
		out.Devices = sc.Devices
	}
	if sc.Recipients != scenario.Addresses {
		out.Recipients = sc.Recipients
	}
	out.Keyed, out.Migrate = sc.Keyed, sc.Migrate
	if sc.Method != http.MethodPost {
		out.Method = sc.Method
	}
	for _, pr := range sc.Providers {
		out.Providers[pr.Channel] = record.Provider{
			Latency: pr.Latency.String(), Mean: latency.Mean(pr.Latency), Queue: pr.Queue,
		}
	}
	for _, s := range sc.Timeline {
		if len(s.Providers) == 0 {
			continue
		}
		out.Timeline = append(out.Timeline, contract.MockStep{At: s.At, Providers: behaviours(s.Providers)})
	}
	if sc.Slices.Count > 0 {
		out.Slices = &record.Slices{Count: sc.Slices.Count, Warmup: sc.Slices.Warmup, Together: sc.Slices.Together}
	}
	for _, c := range sc.Claims {
		out.Claims = append(out.Claims, c.Claim)
	}
	if sc.SLO != nil {
		out.SLO = &record.SLO{P99: sc.SLO.P99, Errors: sc.SLO.Errors}
	}
	return out
}

func describeRow(sc *scenario.Scenario, r *plan.Row) record.Subject {
	under := r.Resolved.Server
	env := maps.Clone(r.Resolved.Env)
	for _, name := range r.Resolved.Backing() {
		env[name] = redacted(os.Getenv(name))
	}
	path := r.Path
	if path == sc.Path {
		path = ""
	}
	return record.Subject{
		Path: path,
		ID:   r.ID, Server: under.Name, Summary: under.Summary, Language: under.Language,
		Processes: r.Resolved.Processes, Fanout: r.Resolved.Fanout, AtOnce: r.Resolved.Route.AtOnce,
		Settings:    r.Resolved.Settings,
		Environment: env, Missing: r.Missing, Loads: r.Loads,
	}
}

func describeLoad(sc *scenario.Scenario, l scenario.Load) record.Load {
	connections, closed := shape.Closed(l.Shape)
	out := record.Load{
		Name: l.Name, Kind: l.Kind(), Spec: l.Spec(), Open: !closed,
		Connections: connections, Changing: shape.Changing(l.Shape) || len(sc.Timeline) > 0,
	}
	if !closed {
		out.Rate = shape.MeanRate(l.Shape, sc.Duration)
		out.LastChange = shape.LastChange(l.Shape)
	}
	return out
}

func describeCell(c plan.Cell) record.Cell {
	cell := record.Cell{
		Index: c.Index, Subject: c.Row.ID, Load: c.Load.Name, Trial: c.Trial, Slice: c.Slice, Seed: c.Seed,
		Warmup: c.Warmup, Duration: c.Duration, Rate: c.Rate,
		Dir:    fmt.Sprintf("cells/%03d-%s-%s-t%d", c.Index, slug(c.Row.ID), c.Load.Name, c.Trial),
		Status: record.StatusPending, Ceilings: c.Ceilings,
	}
	if c.Slice > 0 {
		cell.Dir += fmt.Sprintf("-s%d", c.Slice)
	}
	if c.Row.Missing != "" {
		cell.Status, cell.Error = record.StatusFailed, c.Row.Missing
	}
	return cell
}

// slug turns the label of a row into a name for a folder.
func slug(label string) string {
	out := make([]rune, 0, len(label))
	for _, r := range label {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			out = append(out, r)
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	return string(out)
}
