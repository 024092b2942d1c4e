package run

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// startLimit bounds how long providers and generator may take to say hello.
const startLimit = 10 * time.Second

// Between two slices.
const (
	settleLimit = 10 * time.Second       // calls may go on for so long after a slice
	settlePoll  = 2 * time.Millisecond   // between two questions
	quietTime   = 200 * time.Millisecond // without a call says that no more will come
)

// providers is the process of the mock providers of one cell. A nil one is of a
// scenario whose requests call none: nothing runs, nothing was seen.
type providers struct {
	proc  *proc.Process
	ready contract.MockReady
}

func (r *runner) startProviders(ctx context.Context, dir string, seed uint64) (*providers, error) {
	if len(r.plan.Scenario.Providers) == 0 {
		return nil, nil
	}
	config := contract.MockConfig{Seed: seed, Providers: behaviours(r.plan.Scenario.Providers)}
	log, err := os.Create(filepath.Join(dir, "providers.log"))
	if err != nil {
		return nil, fmt.Errorf("create the providers' log: %w", err)
	}
	defer log.Close()
	args := []string{r.opts.Self, "mock", "--stdin"}
	p, stdout, err := r.startChild(args, config, log)
	if err != nil {
		return nil, fmt.Errorf("start the providers: %w", err)
	}
	pr := &providers{proc: p}
	if err := readLine(ctx, stdout, &pr.ready); err != nil {
		p.Kill()
		return nil, fmt.Errorf("the providers did not start: %w\n%s", err, proc.LogTail(log.Name()))
	}
	return pr, nil
}

func (r *runner) loadEnv() []string { return LoadEnv(len(r.plan.Cores.Load)) }

// LoadEnv is the environment of generator and providers on so many cores: ours
// without what is for servers, and with our settings of the Go runtime. Two Ps even on one core: with one, sends
// wait for whatever runs (15 to 29 ms at the 99th percentile). Their heaps are
// small, so that rare collection costs little memory and saves much CPU on the
// core that they share.
func LoadEnv(cores int) []string {
	settings := []string{fmt.Sprintf("GOMAXPROCS=%d", max(2, cores)), "GOGC=800"}
	env := slices.DeleteFunc(server.Harmless(os.Environ()), func(v string) bool { // the first of two would win
		return strings.HasPrefix(v, "GOMAXPROCS=") || strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMEMLIMIT=")
	})
	return append(env, settings...)
}

// startChild starts a process of our own on the cores of the load side: config
// goes to its standard input as JSON, its standard output is returned.
func (r *runner) startChild(args []string, config any, log *os.File) (*proc.Process, *os.File, error) {
	return r.guardian.StartTold(proc.Spec{Args: args, Env: r.loadEnv(), CPUs: r.plan.Cores.Load, Stderr: log}, config)
}

// readLine decodes the first line of a child's output and leaves the rest
// unread; the file is closed.
func readLine(ctx context.Context, f *os.File, v any) error {
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { f.Close() })
	defer stop()
	if err := f.SetReadDeadline(time.Now().Add(startLimit)); err != nil {
		return err
	}
	line, err := bufio.NewReader(f).ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}

// nobody is an address at which nobody listens.
const nobody = "http://" + loopback + ":1"

// urls are the base URLs by channel. Where no provider runs a server is told of some
// all the same, as most do not start without: a call to them would fail.
func (p *providers) urls() map[string]string {
	if p == nil {
		return map[string]string{contract.Email: nobody, contract.SMS: nobody, contract.Push: nobody}
	}
	return p.ready.Providers
}

// cpu is what they have used since their start.
func (p *providers) cpu() (time.Duration, error) {
	if p == nil {
		return 0, nil
	}
	return sample.ProcessCPU(p.proc.PID)
}

// timeline tells the providers when to change.
func (p *providers) timeline(ctx context.Context, zero time.Time, steps []contract.MockStep) error {
	if p == nil || len(steps) == 0 {
		return nil
	}
	t := contract.MockTimeline{Zero: zero, Steps: steps}
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return control(ctx, http.MethodPut, p.ready.Control+"/timeline", bytes.NewReader(body), nil)
}

// forget makes the providers forget the calls of a slice and draw from another
// seed, so that the next slice meets them as if fresh; it returns what they saw, and
// keeps in a file what they accepted. It
// waits for the calls in flight and, where more may follow though the requests have
// ended, until none has come for a while.
func (p *providers) forget(ctx context.Context, seed uint64, more bool, ledger string) (seen contract.MockStats, err error) {
	if p == nil {
		return seen, nil
	}
	body, err := json.Marshal(contract.MockReset{Seed: seed})
	if err != nil {
		return seen, err
	}
	limit := time.Now().Add(settleLimit)
	for calls, wait := uint64(0), time.Duration(0); ; calls = seen.Calls() {
		if err := sleep(ctx, wait); err != nil {
			return seen, err
		}
		if seen, err = p.stats(ctx); err != nil {
			return seen, err
		}
		wait = settlePoll
		if more {
			wait = quietTime
		}
		asked := seen.Calls()
		if more && seen.Calls() != calls {
			err = errors.New("the server went on calling its providers")
		} else if err = p.ledger(ctx, ledger); err != nil {
			return seen, err
		} else if err = control(ctx, http.MethodPut, p.ready.Control+"/reset", bytes.NewReader(body), &seen); err == nil {
			if seen.Calls() != asked { // the ledger may not have them
				err = errors.New("the providers were called between two slices")
			}
			return seen, err
		}
		if time.Now().After(limit) {
			return seen, fmt.Errorf("%v after the slice had ended: %w", settleLimit, err)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// stats is what the providers saw.
func (p *providers) stats(ctx context.Context) (s contract.MockStats, err error) {
	if p == nil {
		return s, nil
	}
	return s, control(ctx, http.MethodGet, p.ready.Control+"/stats", nil, &s)
}

// ledger keeps what the providers accepted. The last call of the server must have
// arrived.
func (p *providers) ledger(ctx context.Context, path string) error {
	if p == nil {
		return nil
	}
	return ask(ctx, http.MethodGet, p.ready.Control+"/ledger", nil, func(answer io.Reader) error {
		return record.WriteLedger(path, answer)
	})
}

func control(ctx context.Context, method, url string, body io.Reader, into any) error {
	return ask(ctx, method, url, body, func(answer io.Reader) error {
		if into == nil {
			return nil
		}
		return json.NewDecoder(io.LimitReader(answer, 1<<20)).Decode(into)
	})
}

// ask sends a request to the control port and hands on what it answers.
func ask(ctx context.Context, method, url string, body io.Reader, take func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("providers: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // it only words the error
		return fmt.Errorf("providers: %s %s: %s: %s", method, url, resp.Status, bytes.TrimSpace(answer))
	}
	if err := take(resp.Body); err != nil {
		return fmt.Errorf("providers: %s %s: %w", method, url, err)
	}
	return nil
}

func behaviours(ps []scenario.Provider) map[string]contract.Behaviour {
	out := map[string]contract.Behaviour{}
	for _, p := range ps {
		out[p.Channel] = p.Behaviour()
	}
	return out
}
