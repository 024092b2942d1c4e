package run

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/attack"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// generator is the process of the load generator of one cell.
type generator struct {
	proc   *proc.Process
	zero   time.Time
	out    *os.File
	ticks  *record.Table[record.Tick]
	result chan error // closed after one value: the generator has said all it had to say
	done   *record.Generator
	log    string
}

// startGenerator starts the attack; it returns when the start of measurement is
// announced, which is before the first send.
func (r *runner) startGenerator(ctx context.Context, c *plan.Cell, dir, url string) (*generator, error) {
	log, err := os.Create(filepath.Join(dir, "generator.log"))
	if err != nil {
		return nil, fmt.Errorf("create the generator's log: %w", err)
	}
	defer log.Close()
	g := &generator{log: log.Name(), result: make(chan error, 1)}
	if g.ticks, err = record.CreateTicks(filepath.Join(dir, record.TicksFile)); err != nil {
		return nil, err
	}
	job := r.job(c, filepath.Join(dir, record.RequestsFile), url)
	g.proc, g.out, err = r.startChild([]string{r.opts.Self, "generate"}, job, log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the generator: %w", err), g.ticks.Close())
	}
	zero := make(chan time.Time, 1)
	go g.listen(zero)
	select {
	case g.zero = <-zero:
		return g, nil
	case err = <-g.result:
		err = errors.Join(err, errors.New("the generator did not start"))
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(startLimit):
		err = fmt.Errorf("the generator did not start within %v", startLimit)
	}
	g.proc.Kill()
	return nil, fmt.Errorf("%w\n%s", err, proc.LogTail(g.log))
}

func (r *runner) job(c *plan.Cell, requests, url string) attack.Job {
	sc := r.plan.Scenario
	form := formOf(sc)
	job := attack.Job{
		URL: url + c.Row.Path, Shape: c.Load.Shape.String(), Seed: c.Seed,
		Method: form.Method, Channels: form.Channels, Users: form.Users, Devices: form.Devices,
		Warmup: c.Warmup, Duration: c.Duration, Drain: sc.Drain, Timeout: sc.Timeout,
		MaxInFlight: sc.MaxInFlight, Requests: requests,
	}
	if sc.Keyed {
		job.KeyPrefix = strconv.FormatUint(c.Seed, 16)
	}
	return job
}

// formOf is what the notifications of a scenario have in common.
func formOf(sc *scenario.Scenario) attack.Form {
	return attack.Form{Method: sc.Method, Channels: sc.Channels, Users: sc.Recipients == scenario.Users, Devices: sc.Devices}
}

// listen reads the generator's events until its output ends.
func (g *generator) listen(zero chan<- time.Time) {
	defer close(g.result)
	defer g.out.Close()
	dec := json.NewDecoder(bufio.NewReader(g.out))
	var first error
	for {
		var e attack.Event
		if err := dec.Decode(&e); err != nil {
			break
		}
		switch {
		case e.Zero != nil:
			zero <- *e.Zero
		case e.Tick != nil && first == nil:
			first = g.ticks.Add(e.Tick)
		case e.Done != nil:
			g.done = e.Done
		}
	}
	if err := errors.Join(first, g.ticks.Close()); err != nil {
		g.result <- fmt.Errorf("write the ticks: %w", err)
		return
	}
	if g.done == nil {
		<-g.proc.Done()
		g.result <- fmt.Errorf("the generator ended early (%s); its log ends:\n%s", g.proc.Exit(), proc.LogTail(g.log))
	}
}
