package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.IntRange(0, 10_000).Draw(t, "ms")) * time.Millisecond
		there, back := ways(want)
		if there+back != want || there < back || there-back > time.Millisecond ||
			there%time.Millisecond != 0 || back%time.Millisecond != 0 {
			t.Fatalf("%v there, %v back of %v", there, back, want)
		}
	})
}

func TestDestination(t *testing.T) {
	env := map[string]string{
		"DATABASE_URL": "postgres://u:pa%20ss@127.0.0.1:5432/db?sslmode=disable",
		"NO_PORT":      "postgres://u:secret@localhost/db", "BROKEN": "postgres://u:secret@[:1",
	}
	getenv := func(name string) string { return env[name] }
	for _, c := range []struct {
		o        options
		to, told string
	}{
		{options{to: "host:1"}, "host:1", "127.0.0.1:9"},
		{options{env: "DATABASE_URL"}, "127.0.0.1:5432", "DATABASE_URL=postgres://u:pa%20ss@127.0.0.1:9/db?sslmode=disable"},
		{o: options{}}, {o: options{to: "host:1", env: "DATABASE_URL"}},
		{o: options{env: "NO_PORT"}}, {o: options{env: "BROKEN"}}, {o: options{env: "UNSET"}},
	} {
		to, told, err := destination(c.o, getenv)
		switch {
		case c.to == "" && err == nil:
			t.Errorf("%+v goes to %s", c.o, to)
		case c.to == "" && strings.Contains(err.Error(), "secret"):
			t.Errorf("%+v: the error tells the password: %v", c.o, err)
		case c.to != "" && (err != nil || to != c.to || told("127.0.0.1:9") != c.told):
			t.Errorf("%+v goes to %s, %v", c.o, to, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, d := range []time.Duration{-time.Millisecond, 1500 * time.Microsecond} {
		if run(t.Context(), options{to: "127.0.0.1:1", roundTrip: d}, nil, io.Discard) == nil {
			t.Errorf("%v was taken", d)
		}
	}
}

// TestLink: what goes in comes back unchanged, no earlier than promised; the end of
// the program ends the connections.
func TestLink(t *testing.T) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go serveEcho(echo)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, write := io.Pipe()
	ended := make(chan error, 1)
	const delay = 3 * time.Millisecond
	go func() {
		ended <- run(ctx, options{to: echo.Addr().String(), listen: "127.0.0.1:0", roundTrip: delay}, nil, write)
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "data")
		begin := time.Now()
		if _, err := conn.Write(want); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(want))
		if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%x came back as %x, %v", want, got, err)
		}
		if took := time.Since(begin); took < delay {
			t.Fatalf("back after %v", took)
		}
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes after the end", n)
	}
}
