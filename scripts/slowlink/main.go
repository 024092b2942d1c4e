// Command slowlink puts a TCP service further away: it listens on a loopback port
// and passes everything on to an address, a round trip later by as much as it is
// told. So a database on this machine can be had "1 ms away".
//
//	go run ./scripts/slowlink -to 127.0.0.1:5432 -round-trip 1ms
//	go run ./scripts/slowlink -env DATABASE_URL    # prints DATABASE_URL=…, with the address of the link
//	go run ./scripts/slowlink -check               # what a round trip of one byte really takes
//
// The delay is Toxiproxy's latency toxic: whole milliseconds, of which the way there
// has the larger half, so that 1 ms lies on the way there alone. It sleeps on
// the timers of Go, which are late: on a quiet 2-core virtual machine a round trip of "1 ms"
// took 1.2 ms (p50; p99 1.5 ms), of "2 ms" 2.4 ms, of "10 ms" 10.8 ms, of "0 ms" 0.04 ms and
// without the link 0.02 ms. Give what -check says beside what you measure.
// Data in flight is not held up by data before it, so bandwidth is not limited.
// A new connection costs no more than without: the kernel shakes hands before the link.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	to, env, listen string
	roundTrip       time.Duration
	check           bool
}

func main() {
	var o options
	flag.StringVar(&o.to, "to", "", "address to pass everything on to, like 127.0.0.1:5432")
	flag.StringVar(&o.env, "env", "", "variable with the URL of the service, in place of -to")
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on")
	flag.DurationVar(&o.roundTrip, "round-trip", time.Millisecond, "added to a round trip: whole milliseconds")
	flag.BoolVar(&o.check, "check", false, "measure round trips to an echo of our own, print them and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "slowlink:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, getenv func(string) string, stdout io.Writer) error {
	if o.roundTrip < 0 || o.roundTrip%time.Millisecond != 0 {
		return fmt.Errorf("-round-trip %v: write whole milliseconds", o.roundTrip)
	}
	if o.check {
		return check(ctx, o, stdout)
	}
	to, told, err := destination(o, getenv)
	if err != nil {
		return err
	}
	l, err := open(o.listen, to, o.roundTrip)
	if err != nil {
		return err
	}
	defer l.close()
	if _, err := fmt.Fprintln(stdout, told(l.address())); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// destination is where everything goes, and how to tell the user where to go instead.
func destination(o options, getenv func(string) string) (to string, told func(address string) string, err error) {
	switch {
	case (o.to == "") == (o.env == ""):
		return "", nil, errors.New("where to? give -to or -env")
	case o.to != "":
		return o.to, func(address string) string { return address }, nil
	}
	// The error of url.Parse would repeat the URL, and the password in it.
	u, err := url.Parse(getenv(o.env))
	if err != nil || u.Port() == "" {
		return "", nil, fmt.Errorf("%s is not a URL with a host and a port", o.env)
	}
	return u.Host, func(address string) string {
		near := *u
		near.Host = address
		return o.env + "=" + near.String()
	}, nil
}
