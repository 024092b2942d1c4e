package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/server"
)

// The test binary plays the guardian.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == proc.GuardianArg {
		if err := proc.Guard(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func guardian(t *testing.T) *proc.Guardian {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	g, err := proc.StartGuardian(self)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// shell is a server that a shell builds.
func shell(t *testing.T, script string) server.Server {
	t.Helper()
	return server.Server{Name: "x", Dir: t.TempDir(), Build: []string{"sh", "-c", script}}
}

// files are the paths of a binary and of the log of its build.
func files(t *testing.T) (bin, log string) {
	t.Helper()
	dir := t.TempDir()
	return filepath.Join(dir, "bin"), filepath.Join(dir, "log")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAServerIsBuiltInItsFolder(t *testing.T) {
	t.Setenv("BUILD_TEST", "ours")
	t.Setenv("BUILD_TEST_2", "stays")
	t.Setenv("DATABASE_URL", "secret")
	s := shell(t, `echo written; echo "$PWD $BUILD_TEST $BUILD_TEST_2 $DATABASE_URL" >{bin}`)
	bin, log := files(t)
	if err := Server(t.Context(), guardian(t), s, bin, []string{"BUILD_TEST=other"}, log); err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.TrimSpace(read(t, bin))
	if got != dir+" other stays" && got != s.Dir+" other stays" {
		t.Errorf("%q", got)
	}
	if got := read(t, log); got != "written\n" {
		t.Errorf("log: %q", got)
	}
}

func TestWhatDoesNotBuildSaysWhy(t *testing.T) {
	g := guardian(t)
	bin, log := files(t)
	err := Server(t.Context(), g, shell(t, "echo this is wrong >&2; exit 3"), bin, nil, log)
	if err == nil || !strings.Contains(err.Error(), "exit 3\nthis is wrong") || !strings.Contains(err.Error(), "sh -c") {
		t.Error(err)
	}
	absent := server.Server{Name: "x", Dir: t.TempDir(), Build: []string{"no-such-compiler", "-o", "{bin}"}}
	err = Server(t.Context(), g, absent, bin, nil, log)
	if err == nil || !strings.Contains(err.Error(), `no-such-compiler is not installed: its build command is "no-such-compiler -o {bin}"`) {
		t.Error(err)
	}
	if err := Server(t.Context(), g, server.Server{Name: "script"}, bin, nil, log); err != nil {
		t.Errorf("nothing to build: %v", err)
	}
	if err := Server(t.Context(), g, shell(t, "true"), bin, nil, filepath.Join(log, "nowhere")); err == nil {
		t.Error("there is no place for the log")
	}
}

// Everything that a build has started ends with it.
func TestABuildEndsWithItsContext(t *testing.T) {
	bin, log := files(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	g := guardian(t)
	s := shell(t, "sleep 1000 & echo $! >{bin}.new; mv {bin}.new {bin}; wait")
	go func() { ended <- Server(ctx, g, s, bin, nil, log) }()
	for _, err := os.Stat(bin); err != nil; _, err = os.Stat(bin) {
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
	pid, err := strconv.Atoi(strings.TrimSpace(read(t, bin)))
	if err != nil {
		t.Fatal(err)
	}
	for !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) { // the guardian has yet to wait for it
		time.Sleep(time.Millisecond)
	}
}

func TestOverrule(t *testing.T) {
	got := overrule([]string{"A=1", "B=1", "AB=1", "A=2"}, []string{"A=3", "C=3"})
	if want := []string{"B=1", "AB=1", "A=3", "C=3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

const program = `package main

import "os"

//go:noinline
func a() string { return "a" }

//go:noinline
func b() string { return a() + "b" }

func main() { _, _ = os.Stdout.WriteString(b() + "\n") }
`

// goServer writes a Go program into a folder of its own.
func goServer(t *testing.T) server.Server {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"main.go": program, "go.mod": "module example.com/layout\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return server.Server{Name: "x", Dir: dir, Build: strings.Fields("go build -o {bin} .")}
}

// Layouts differ from each other; and the same source in the same layout is the same
// binary, wherever it lies.
func TestLayoutsOfTheLinker(t *testing.T) {
	t.Setenv("GOFLAGS", "'-ldflags=-s -w'")
	t.Setenv("GOWORK", "off")
	g := guardian(t)
	base, candidate := goServer(t), goServer(t)
	layout := func(s server.Server, n int) string {
		env, err := Layout(t.Context(), s, n)
		if err != nil {
			t.Fatal(err)
		}
		bin, log := files(t)
		if err := Server(t.Context(), g, s, bin, env, log); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(bin).Output(); err != nil || string(out) != "ab\n" {
			t.Errorf("layout %d says %q, %v", n, out, err)
		}
		return read(t, bin)
	}
	one, two, usual := layout(base, 1), layout(base, 2), layout(base, 0)
	if one == two || one == usual || two == usual {
		t.Error("layouts are the same")
	}
	if one != layout(candidate, 1) {
		t.Error("the same source in the same layout gives another binary")
	}
}
