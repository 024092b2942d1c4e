package trees

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// checkOut checks a commit out, and sees at the end that nothing is left of it.
func checkOut(t *testing.T, r repo, commit string) *Checkout {
	t.Helper()
	c, err := CheckOut(t.Context(), r.dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 2 { // it may be called again
			if err := c.Remove(); err != nil {
				t.Error(err)
			}
		}
		if exists(c.Root) {
			t.Errorf("%s is left", c.Root)
		}
	})
	return c
}

// entries are what a repository knows of other worktrees.
func entries(t *testing.T, r repo) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(r.dir, ".git", "worktrees", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCheckOut(t *testing.T) {
	r := newRepo(t)
	first := r.git("rev-parse", "HEAD")
	r.commit("a.txt", "second")
	r.write("a.txt", "not committed")
	r.write("new.txt", "not tracked")
	status := r.git("status", "--porcelain")

	c := checkOut(t, r, first)
	if want := (Tree{Root: c.Root, Commit: first, Title: "first"}); c.Tree != want || len(c.Notes) > 0 {
		t.Errorf("%+v, %q; want %+v", c.Tree, c.Notes, want)
	}
	if got, want := filepath.Dir(c.Root), realPath(t, os.TempDir()); got != want {
		t.Errorf("it lies in %s, not %s", got, want)
	}
	if text, err := os.ReadFile(filepath.Join(c.Root, "a.txt")); err != nil || string(text) != "first\n" {
		t.Errorf("a.txt says %q, %v", text, err)
	}
	there, err := Here(t.Context(), c.Root)
	if want := (Tree{Root: c.Root, Commit: first, Title: "first"}); err != nil || there != want {
		t.Errorf("%+v, %v", there, err)
	}
	if err := os.WriteFile(filepath.Join(c.Root, "built"), nil, 0o400); err != nil { // as a build does
		t.Fatal(err)
	}
	if err := c.Remove(); err != nil || exists(c.Root) || len(entries(t, r)) > 0 {
		t.Errorf("left: %v %v %v", exists(c.Root), entries(t, r), err)
	}
	if got := r.git("status", "--porcelain"); got != status {
		t.Errorf("%q became %q", status, got)
	}
	if got := r.git("branch", "--list"); got != "* main" {
		t.Errorf("branches: %s", got)
	}
}

// Whatever happens to a checkout, Remove removes what is left of it.
func TestRemoveWhateverHappened(t *testing.T) {
	for name, harm := range map[string]func(r repo, c *Checkout) error{
		"folder gone":    func(_ repo, c *Checkout) error { return os.RemoveAll(c.Root) },
		"link gone":      func(_ repo, c *Checkout) error { return os.Remove(filepath.Join(c.Root, ".git")) },
		"entry gone":     func(r repo, _ *Checkout) error { return os.RemoveAll(filepath.Join(r.dir, ".git", "worktrees")) },
		"locked":         func(r repo, c *Checkout) error { r.git("worktree", "lock", c.Root); return nil },
		"removed by git": func(r repo, c *Checkout) error { r.git("worktree", "remove", c.Root); return nil },
		"repository gone": func(r repo, _ *Checkout) error {
			return os.RemoveAll(r.dir)
		},
		"folder gone, locked": func(r repo, c *Checkout) error {
			r.git("worktree", "lock", c.Root)
			return os.RemoveAll(c.Root)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepo(t)
			c := checkOut(t, r, "HEAD")
			if err := harm(r, c); err != nil {
				t.Fatal(err)
			}
			if err := c.Remove(); err != nil || exists(c.Root) || len(entries(t, r)) > 0 {
				t.Errorf("left: %v %v %v", exists(c.Root), entries(t, r), err)
			}
		})
	}
}

func TestCheckOutLeavesNothingWhenItFails(t *testing.T) {
	r := newRepo(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := checkOut(t, r, "HEAD") // this one was there before: Remove works when all else is stopped
	cancel()
	_, err := CheckOut(ctx, r.dir, "HEAD")
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	_, err = CheckOut(t.Context(), r.dir, "nonsense")
	tells(t, err, "nonsense", "no such commit")
	_, err = CheckOut(t.Context(), r.dir, "--all")
	tells(t, err, "--all", "no such commit")
	r.write(".git/info/attributes", "*.txt filter=fails")
	r.git("config", "filter.fails.smudge", "false")
	r.git("config", "filter.fails.required", "true")
	_, err = CheckOut(t.Context(), r.dir, "HEAD")
	tells(t, err, "git worktree", "smudge")
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) != 1 || filepath.Join(realPath(t, os.TempDir()), left[0].Name()) != c.Root {
		t.Errorf("%v, %v: only %s should be there", left, err, c.Root)
	}
	if got := entries(t, r); len(got) != 1 {
		t.Errorf("entries: %v", got)
	}
}

// The user's hooks and his missing worktrees are his own.
func TestCheckOutLeavesTheUsersThingsAlone(t *testing.T) {
	r := newRepo(t)
	away := filepath.Join(t.TempDir(), "on-a-disk-that-is-not-there")
	r.git("worktree", "add", "--quiet", "-b", "away", away)
	if err := os.RemoveAll(away); err != nil {
		t.Fatal(err)
	}
	ran := filepath.Join(r.dir, ".git", "hook-ran")
	hook := filepath.Join(r.dir, ".git", "hooks", "post-checkout")
	if err := os.MkdirAll(filepath.Dir(hook), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hook, []byte("#!/bin/sh\ntouch '"+ran+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	c := checkOut(t, r, "HEAD")
	if exists(ran) {
		t.Error("the hook ran")
	}
	if err := os.RemoveAll(c.Root); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove(); err != nil {
		t.Error(err)
	}
	if got := entries(t, r); len(got) != 1 || filepath.Base(got[0]) != filepath.Base(away) {
		t.Errorf("entries: %v", got)
	}
}

func TestSubmodulesAreLeftOutAndSaid(t *testing.T) {
	r := newRepo(t)
	other := r.clone()
	r.git("submodule", "--quiet", "add", "file://"+other.dir, "third party/lib")
	r.commit("b.txt", "second")
	r.git("config", "submodule.recurse", "true")
	c := checkOut(t, r, "HEAD")
	if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "third party/lib") || !strings.Contains(c.Notes[0], "left out") {
		t.Errorf("%q", c.Notes)
	}
	if exists(filepath.Join(c.Root, "third party", "lib", "a.txt")) {
		t.Error("the submodule is there")
	}
}

func TestPlacesForACheckout(t *testing.T) {
	r := newRepo(t)
	r.write("tmp/keep", "")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(r.dir, "tmp"), link); err != nil {
		t.Fatal(err)
	}
	shut := t.TempDir()
	if err := os.Chmod(shut, 0o500); err != nil {
		t.Fatal(err)
	}
	places := map[string][]string{
		filepath.Join(r.dir, "tmp"):         {"lies inside the checkout", "set TMPDIR"},
		link:                                {"lies inside the checkout"},
		r.dir:                               {"lies inside the checkout"},
		filepath.Join(t.TempDir(), "gone"):  {"TMPDIR", "no such file"},
		filepath.Join(r.dir, "tmp", "keep"): {"lies inside the checkout"},
		"/proc/self/fdinfo":                 {"TMPDIR"}, // nobody may write there, not even root
		shut:                                {"TMPDIR", "permission denied"},
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		if place == shut && os.Getuid() == 0 {
			continue // root may write anywhere
		}
		if !exists(place) && filepath.Base(place) != "gone" {
			continue // no /proc here
		}
		t.Setenv("TMPDIR", place)
		_, err := CheckOut(t.Context(), r.dir, "HEAD")
		tells(t, err, places[place]...)
	}
}

// Ctrl-C amid checking out ends git and what git has started, and leaves nothing.
func TestCheckOutIsStoppedMidway(t *testing.T) {
	r := newRepo(t)
	started := filepath.Join(t.TempDir(), "started")
	r.write(".git/info/attributes", "*.txt filter=waits")
	r.git("config", "filter.waits.smudge", "touch '"+started+"'; exec sleep 1000")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := CheckOut(ctx, r.dir, "HEAD")
		ended <- err
	}()
	for !exists(started) {
		select {
		case err := <-ended:
			t.Fatalf("it ended by itself: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 || len(entries(t, r)) > 0 {
		t.Errorf("left: %v %v %v", left, entries(t, r), err)
	}
}
