package trees

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A gate that was killed has left its tree; the next one removes it.
func TestTheNextGateTidiesUp(t *testing.T) {
	r := newRepo(t)
	gate, dir := startGate(t, r.dir)
	beside := checkOut(t, r, "HEAD") // while it lives its tree is its own
	if !exists(dir) || len(beside.Notes) > 0 {
		t.Fatalf("the tree of a living gate: there %v, %q", exists(dir), beside.Notes)
	}
	kill(gate)
	if !exists(dir) {
		t.Fatal("nothing to tidy up")
	}
	next := checkOut(t, r, "HEAD")
	if exists(dir) || len(next.Notes) != 1 || !strings.Contains(next.Notes[0], dir) {
		t.Errorf("%s is there: %v; notes %q", dir, exists(dir), next.Notes)
	}
	if got := entries(t, r); len(got) != 2 {
		t.Errorf("entries: %v", got)
	}
}

// deadPID is the process of a gate that was killed.
func deadPID(t *testing.T, r repo) int {
	t.Helper()
	gate, dir := startGate(t, r.dir)
	kill(gate)
	if err := remove(t.Context(), r.dir, dir); err != nil {
		t.Fatal(err)
	}
	return gate.Process.Pid
}

// Only worktrees of this repository, of our name, of dead processes go.
func TestWhatIsNotOursStays(t *testing.T) {
	r := newRepo(t)
	dead := folderPrefix + strconv.Itoa(deadPID(t, r))
	temp := realPath(t, os.TempDir())
	at := func(name string) string { return filepath.Join(temp, name) }
	other := r.clone()

	stay := map[string]string{
		"of a living process":      at(folderPrefix + strconv.Itoa(os.Getpid()) + "-1"),
		"of another name":          at(folderPrefix + "mine"),
		"of no number":             at(dead + "-mine"),
		"named much like it":       at("my-" + dead + "-1"),
		"of a process of any user": at(folderPrefix + "1-1"),
	}
	for _, dir := range stay {
		r.git("worktree", "add", "--quiet", "--detach", dir)
	}
	stay["of another repository"] = at(dead + "-2")
	other.git("worktree", "add", "--quiet", "--detach", stay["of another repository"])
	stay["no worktree at all"] = at(dead + "-3")
	if err := os.Mkdir(stay["no worktree at all"], 0o700); err != nil {
		t.Fatal(err)
	}
	left := map[string]string{"left": at(dead + "-4"), "gone, but known": at(dead + "-5"), "killed amid checking out": at(dead + "-6")}
	for _, dir := range left {
		r.git("worktree", "add", "--quiet", "--detach", dir)
	}
	if err := os.RemoveAll(left["gone, but known"]); err != nil {
		t.Fatal(err)
	}
	r.git("worktree", "lock", "--reason", "initializing", left["killed amid checking out"])
	if err := os.Remove(filepath.Join(left["killed amid checking out"], ".git")); err != nil {
		t.Fatal(err)
	}

	c := checkOut(t, r, "HEAD")
	if len(c.Notes) != len(left) {
		t.Errorf("%q", c.Notes)
	}
	known := r.git("worktree", "list")
	for what, dir := range stay {
		if !exists(dir) {
			t.Errorf("%s: %s is gone", what, dir)
		}
	}
	for what, dir := range left {
		if exists(dir) || strings.Contains(known, dir) {
			t.Errorf("%s: %s is there: %v\n%s", what, dir, exists(dir), known)
		}
	}
}

// Whoever works in the tree of a gate that was killed does not lose it.
func TestTheOwnTreeStays(t *testing.T) {
	r := newRepo(t)
	gate, dir := startGate(t, r.dir)
	kill(gate)
	inside := repo{t: t, dir: dir}
	c := checkOut(t, inside, "HEAD")
	if !exists(dir) || len(c.Notes) > 0 {
		t.Errorf("there: %v, %q", exists(dir), c.Notes)
	}
}

func TestOwnerOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pid := rapid.IntRange(1, 1<<22).Draw(t, "pid")
		name := strings.Replace(folderOf(pid), "*", strconv.Itoa(rapid.IntRange(0, 1<<32-1).Draw(t, "random")), 1)
		if got, ok := ownerOf("/tmp/" + name); !ok || got != pid {
			t.Fatalf("%s is of %d, %v", name, got, ok)
		}
	})
	for _, name := range []string{
		"", "notifybench-gate-", "notifybench-gate--1", "notifybench-gate-0-1", "notifybench-gate-1", "notifybench-gate-1-", "notifybench-gate-1-a",
		"notifybench-gate-99999999999999999999-1", "xnotifybench-gate-1-1", "notifybench-gate-1-1/sub", "notifybench-gate-+1-1",
	} {
		if pid, ok := ownerOf(name); ok {
			t.Errorf("%q is of %d", name, pid)
		}
	}
}
