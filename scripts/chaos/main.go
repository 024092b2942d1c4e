// Command chaos asks whether a service keeps its word while everything around it
// breaks. Each style is started as real processes, two that share a port, and goes
// through each mode: answering when sent, queueing in memory, queueing in the
// database. While a steady open loop of notifications arrives, providers fail in every way they
// know, PostgreSQL and Redis are restarted (PostgreSQL once without a shutdown), and a process of the
// server is killed every few seconds. The end of the load is a SIGTERM with requests in
// flight. The server is then started once more on the same data, until its queue is
// empty, and asked what became of every notification it accepted.
//
// Three accounts are joined: what clients were answered, what the service has stored,
// and what the providers have taken. They must agree: nothing accepted is lost, nothing
// is said to be sent that was not. Delivered twice is allowed, and counted. An accepted
// notification that waits in memory may die with its process; that is counted apart.
//
// Exit codes: 0 they agree; 1 something was lost or falsely reported; 2 usage; 4 a row
// could not be carried out; 130 interrupted. The schedule of disturbances follows from
// the seed; what it meets does not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// Exit codes.
const (
	exitOK          = 0
	exitWrong       = 1
	exitUsage       = 2
	exitFailed      = 4
	exitInterrupted = 130
)

// options are the flags.
type options struct {
	self, servers, styles, logs string
	store, cache, wire          string
	seed                        uint64
	rate                        int
	length, kill, flap          time.Duration
	patience                    time.Duration
	env                         []string
	json, markdown              bool
}

// Limits of the flags: a run is bounded in time and in count.
const (
	maxRate   = 5000
	maxLength = time.Hour
)

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("chaos", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.self, "notifybench", "bin/notifybench", "the program that plays the providers")
	f.StringVar(&o.servers, "servers", "servers", "folder of the servers")
	f.StringVar(&o.styles, "styles", "", "only these, like gin,pool")
	f.StringVar(&o.logs, "logs", "", "folder to keep logs in, and what was done when")
	f.StringVar(&o.store, "store", contract.StorePostgres, "postgres or sqlite")
	f.StringVar(&o.cache, "cache", contract.CacheRedis, "redis or memory")
	f.StringVar(&o.wire, "wire", contract.WireVendor, "vendor or plain")
	f.Uint64Var(&o.seed, "seed", 1, "of the schedule and the load")
	f.IntVar(&o.rate, "rate", 150, "notifications per second")
	f.DurationVar(&o.length, "length", time.Minute, "of the load, for each row")
	f.DurationVar(&o.kill, "kill", 5*time.Second, "between two kills of a process")
	f.DurationVar(&o.flap, "flap", 3*time.Second, "between two changes of the providers")
	f.DurationVar(&o.patience, "patience", time.Minute, "for what was accepted to be finished afterwards")
	f.BoolVar(&o.json, "json", false, "print JSON instead of a table")
	f.BoolVar(&o.markdown, "markdown", false, "print Markdown instead of a table")
	f.Func("env", "a variable for the servers, NAME=VALUE; repeatable", func(v string) error {
		if !strings.Contains(v, "=") {
			return errors.New("write NAME=VALUE")
		}
		o.env = append(o.env, v)
		return nil
	})
	if err := f.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(f.Args())
}

func (o *options) check(rest []string) error {
	var errs []error
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	expect(len(rest) == 0, "unexpected argument %q", rest)
	expect(o.rate > 0 && o.rate <= maxRate, "-rate %d is not between 1 and %d", o.rate, maxRate)
	expect(o.length >= time.Second && o.length <= maxLength, "-length %v is not between 1s and %v", o.length, maxLength)
	for name, d := range map[string]time.Duration{"kill": o.kill, "flap": o.flap} {
		expect(d >= 100*time.Millisecond, "-%s %v is below 100ms", name, d)
	}
	expect(o.patience >= 0 && o.patience <= maxLength, "-patience %v is not between 0 and %v", o.patience, maxLength)
	expect(slices.Contains([]string{contract.StorePostgres, contract.StoreSQLite}, o.store), "-store %s: postgres or sqlite", o.store)
	expect(slices.Contains([]string{contract.CacheRedis, contract.CacheMemory}, o.cache), "-cache %s: redis or memory", o.cache)
	expect(slices.Contains([]string{contract.WireVendor, contract.WirePlain}, o.wire), "-wire %s: vendor or plain", o.wire)
	expect(!o.json || !o.markdown, "-json or -markdown, not both")
	return errors.Join(errs...)
}

func (o *options) wants(style string) bool {
	return o.styles == "" || slices.Contains(strings.Split(o.styles, ","), style)
}

func (o *options) needsServices() bool {
	return o.store == contract.StorePostgres || o.cache == contract.CacheRedis
}

func (o *options) pace() pace {
	p := pace{length: o.length, kill: o.kill, flap: o.flap}
	if o.store == contract.StorePostgres {
		p.services = append(p.services, restartPostgres)
	}
	if o.cache == contract.CacheRedis {
		p.services = append(p.services, restartRedis)
	}
	if o.store == contract.StorePostgres {
		p.services = append(p.services, killPostgres)
	}
	return p
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(stderr, "chaos:", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	res, err := measureAll(ctx, o, stderr)
	if len(res.Rows) > 0 {
		err = errors.Join(err, write(stdout, o, res))
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "chaos: interrupted")
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(stderr, "chaos:", err)
		return exitFailed
	}
	return exitCode(res)
}

// measureAll is every style in every mode, one after the other.
func measureAll(ctx context.Context, o options, stderr io.Writer) (res result, err error) {
	res = result{Seed: o.seed, Rate: o.rate, Store: o.store, Cache: o.cache}
	b, err := newBench(ctx, o)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, s := range b.styles {
		for _, m := range modes() {
			fmt.Fprintf(stderr, "%s, %s: %v\n", s.name, m.name, o.length)
			r := b.measure(ctx, s, m)
			if ctx.Err() != nil {
				return res, ctx.Err()
			}
			res.Rows = append(res.Rows, r)
		}
	}
	return res, nil
}

func write(w io.Writer, o options, res result) error {
	switch {
	case o.json:
		return writeJSON(w, res)
	case o.markdown:
		return writeMarkdown(w, res)
	}
	return writeText(w, res)
}

// exitCode: what is wrong weighs more than what is not known.
func exitCode(res result) int {
	code := exitOK
	for i := range res.Rows {
		switch r := &res.Rows[i]; {
		case r.Verdict != nil && r.Verdict.wrong() > 0:
			return exitWrong
		case !r.fine():
			code = exitFailed
		}
	}
	return code
}
