package serve

import (
	"bufio"
	"errors"
	"log/slog"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// crew is a supervisor of children that are pipes and nothing else.
func crew(t *testing.T, n int) (*supervisor, []*bufio.Scanner) {
	s := newSupervisor(n, slog.New(slog.DiscardHandler), nil)
	var heard []*bufio.Scanner
	for i := range s.slots {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close(); w.Close() })
		s.slots[i].child = &child{to: w, begun: time.Now()}
		heard = append(heard, bufio.NewScanner(r))
	}
	return s, heard
}

func hears(t *testing.T, child *bufio.Scanner, want string) {
	t.Helper()
	if !child.Scan() || child.Text() != want {
		t.Errorf("a child heard %q, want %q", child.Text(), want)
	}
}

// TestReadyWhenAllListen has every child hear its first word when the last one
// listens, and not before: what it hears first is that all are ready.
func TestReadyWhenAllListen(t *testing.T) {
	s, heard := crew(t, 3)
	for i := range s.slots {
		if s.opened {
			t.Fatalf("ready with %d of 3 processes", i)
		}
		s.handle(event{slot: i, kind: childListens})
	}
	s.stop()
	for _, c := range heard {
		hears(t, c, "ready restarts=0")
		hears(t, c, sayStop)
	}
}

// TestRestartIsToldAtOnce: the others learn of a death when it happens.
func TestRestartIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, heard := crew(t, 2)
		s.handle(event{slot: 0, kind: childListens})
		s.handle(event{slot: 1, kind: childListens})
		s.handle(event{slot: 0, kind: childExited, err: errors.New("killed")})
		hears(t, heard[1], "ready restarts=0")
		hears(t, heard[1], "ready restarts=1")
		begin := time.Now()
		if e := <-s.events; e.kind != replacementDue || e.slot != 0 || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("%+v after %s, want a replacement after 100ms", e, time.Since(begin))
		}
		s.stop()
		s.handle(event{slot: 0, kind: replacementDue}) // starts nothing: there is nothing to start it with
		if s.living() != 1 || s.failure != nil {
			t.Errorf("%d living, failure %v", s.living(), s.failure)
		}
	})
}
