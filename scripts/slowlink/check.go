package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"
)

// rounds of one byte; a p99 with ten beyond it.
const rounds = 1000

// check prints what a round trip takes with the link and without.
func check(ctx context.Context, o options, stdout io.Writer) (err error) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start an echo: %w", err)
	}
	defer func() { err = errors.Join(err, echo.Close()) }()
	go serveEcho(echo)
	l, err := open(o.listen, echo.Addr().String(), o.roundTrip)
	if err != nil {
		return err
	}
	defer l.close()
	for _, way := range []struct{ name, address string }{
		{"directly", echo.Addr().String()},
		{fmt.Sprintf("%v away", o.roundTrip), l.address()},
	} {
		all, err := trips(ctx, way.address)
		if err != nil {
			return err
		}
		slices.Sort(all)
		fmt.Fprintf(stdout, "%-10s  p50 %v  p90 %v  p99 %v\n", way.name,
			micros(all[rounds/2]), micros(all[rounds*9/10]), micros(all[rounds*99/100]))
	}
	return nil
}

func micros(d time.Duration) time.Duration { return d.Round(time.Microsecond) }

// serveEcho sends back whatever comes, until the listener is closed.
func serveEcho(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			_, _ = io.Copy(conn, conn) // it ends with the connection, in whatever way
		}()
	}
}

// trips sends one byte after the other and times each until it is back.
func trips(ctx context.Context, address string) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	all := make([]time.Duration, rounds)
	b := make([]byte, 1)
	for i := range all {
		begin := time.Now()
		if _, err := conn.Write(b); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(conn, b); err != nil {
			return nil, err
		}
		all[i] = time.Since(begin)
	}
	return all, nil
}
