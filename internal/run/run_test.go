package run

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// The whole of a run, its faults included, is specified by the scripts of the
// command; here are the parts that can be looked at alone.

func TestSlugIsAFolderName(t *testing.T) {
	for label, want := range map[string]string{
		"pool workers=4": "pool-workers-4", "goroutine ×2": "goroutine-2", "a/../b": "a-..-b", "": "",
	} {
		if got := slug(label); got != want {
			t.Errorf("%q became %q, want %q", label, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if s := slug(rapid.String().Draw(t, "label")); strings.ContainsAny(s, "/\\ \x00") {
			t.Fatalf("%q", s)
		}
	})
}

// Of two variables of one name a Go program sees the first: ours must be the only one.
func TestLoadEnvOverrulesTheUsers(t *testing.T) {
	t.Setenv("GOMAXPROCS", "1")
	t.Setenv("GOGC", "off")
	t.Setenv("GOMEMLIMIT", "1MiB")
	t.Setenv("UNRELATED", "stays")
	r := &runner{plan: &plan.Plan{Cores: record.Cores{Load: []int{0, 1, 2}}}}
	env := r.loadEnv()
	for name, want := range map[string]string{"GOMAXPROCS": "3", "GOGC": "800", "UNRELATED": "stays"} {
		i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if i < 0 || env[i] != name+"="+want {
			t.Errorf("%s: %v", name, env)
		}
	}
	if slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "GOMEMLIMIT=") }) {
		t.Error("the user's GOMEMLIMIT is passed on")
	}
}

func TestFreePortIsFree(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// The estimate counts what is still to do: known windows, and the rest as it was so far.
func TestLeft(t *testing.T) {
	cell := plan.Cell{Warmup: time.Second, Duration: 2 * time.Second}
	slice := cell
	slice.Slice, slice.Up = 2, true
	r := &runner{plan: &plan.Plan{Cells: []plan.Cell{cell, cell, slice, cell}}, run: &record.Run{Cells: []record.Cell{
		{Status: record.StatusOK}, {Status: record.StatusFailed}, {Status: record.StatusPending}, {Status: record.StatusPending},
	}}}
	if got, want := r.left(0), 6*time.Second+plan.CellOverhead+plan.SliceOverhead; got != want {
		t.Errorf("before the first: %v, want %v", got, want)
	}
	r.measured, r.spent = 2, 4*time.Second
	if got, want := r.left(3), 5*time.Second; got != want {
		t.Errorf("one left: %v, want %v", got, want)
	}
}
