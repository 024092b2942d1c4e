//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gateset"
)

const gateScenario = `name: gate
title: Blocks as short as they can be
request: {path: /notify, channels: [email]}
providers: {email: {latency: 5ms}}
servers: [fake]
loads: {open: {poisson: {rate: 200/s}}}
warmup: 50ms
slices: {count: 2, length: 150ms, warmup: 50ms}
drain: 200ms
trials: 1
`

const gatePolicy = `scenario: gate
blocks: {looks: [4], confirm: 4}
metrics:
  cpu_per_request: {load: open, tolerance: 50%, effect: 25%}
  added_p50: {load: open, tolerance: 50%, effect: 25%, floor: 1ms}
`

// gatePlace is a repository with a fake server, whose behaviour is what changes.
type gatePlace struct {
	workplace
	fake string // its program
}

func newGatePlace(t *testing.T) gatePlace {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("not installed: apt-get install git")
	}
	p := gatePlace{workplace: newWorkplace(t), fake: filepath.Join(t.TempDir(), "fake")}
	build := exec.Command("go", "build", "-o", p.fake, "main.go", "faults.go", "queue.go", "cheats.go")
	build.Dir = filepath.Join(p.dir, "servers", "fake")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.write(t, "scenarios/gate.yaml", gateScenario)
	p.write(t, "gate.yaml", gatePolicy)
	p.write(t, ".gitignore", "/notifybench\n/results/\n/bin/\n")
	p.git(t, "init", "-q")
	return p
}

func (p gatePlace) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (p gatePlace) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// behave makes the tree's server behave so; its build copies what was built already.
func (p gatePlace) behave(t *testing.T, behaviour string) {
	t.Helper()
	p.write(t, "servers/fake/server.yaml", fmt.Sprintf(`name: fake
summary: misbehaves as told
language: any
build: cp %s {bin}
run: "{bin}"
settings: {behaviour: {env: FAKE_BEHAVIOUR, type: text, default: %s}}
fanout: concurrent
`, p.fake, behaviour))
}

// commit commits the tree with a server that behaves so.
func (p gatePlace) commit(t *testing.T, behaviour string) {
	t.Helper()
	p.behave(t, behaviour)
	p.git(t, "add", "-A")
	p.git(t, "commit", "-q", "-m", behaviour)
}

// prepared is a command of the program, which waits for no gate of another test.
func (p gatePlace) prepared(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(p.bin, args...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), mark+"="+p.dir, "TMPDIR="+t.TempDir())
	return cmd
}

// gate runs the gate and returns its exit code, what it says and its record, if there is one.
func (p gatePlace) gate(t *testing.T, args ...string) (code int, said string, s *gateset.Set) {
	t.Helper()
	cmd := p.prepared(t, append([]string{"gate"}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatal(err)
		}
		code = exit.ExitCode()
	}
	p.checkNothingLeft(t)
	if trees := p.git(t, "worktree", "list"); strings.Count(trees, "\n") != 1 {
		t.Errorf("worktrees are left:\n%s", trees)
	}
	data, err := os.ReadFile(filepath.Join(p.dir, "results/gates/latest", gateset.File))
	if err == nil {
		s = &gateset.Set{}
		err = json.Unmarshal(data, s)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return code, out.String(), s
}

func (p gatePlace) wants(t *testing.T, want int, verdict gate.Verdict, words ...string) {
	t.Helper()
	code, said, s := p.gate(t, "--base", "HEAD")
	if code != want || s == nil || s.Verdict != verdict {
		t.Fatalf("exit code %d, want %d; %+v\n%s", code, want, s, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%q is not said:\n%s", w, said)
		}
	}
}

// What no speed makes up for is a regression at once; what the base does as well is not
// the candidate's fault.
func TestGateOfAnswers(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	p.behave(t, "good") // says that it has sent what it has not
	p.wants(t, exitDiffers, gate.Regressed, "REGRESSED", "with changes that are in no commit")
	p.behave(t, "die")
	p.wants(t, exitDiffers, gate.Regressed, "fake: out of patience")
	p.commit(t, "die")
	p.behave(t, "honest")
	p.wants(t, exitInvalid, gate.Invalid, "base")
}

// Trees that are alike: whatever the machine lets the gate say, it does not call them
// worse, and everything is written.
func TestGateOfTheSame(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	code, said, s := p.gate(t, "--base", "HEAD", "--format", "markdown")
	if code == exitDiffers || code == exitUsage || s == nil || s.Candidate.Dirty || s.Base.Commit == "" || len(s.Servers) != 1 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	if r := s.Servers[0].Result; code == exitOK && r.Blocks != 4 {
		t.Errorf("%d blocks: %+v", r.Blocks, r)
	}
	for _, name := range []string{"gate.md", "gate.json", "gate.junit.xml", "gate.bench.txt", "github.txt"} {
		if info, err := os.Stat(filepath.Join(p.dir, "results/gates/latest", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, "results/gates/*/.notifybench-binaries")); left != nil {
		t.Errorf("binaries are left: %v", left)
	}
}

// What cannot be begun is one message and exit code 2, and names the commit.
func TestGateThatCannotBegin(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.git(t, "commit", "-q", "--allow-empty", "-m", "empty")
	p.behave(t, "honest")
	refused := func(words string, args ...string) {
		t.Helper()
		if code, said, _ := p.gate(t, args...); code != exitUsage || !strings.Contains(said, words) {
			t.Errorf("%v: exit code %d, want 2 and %q:\n%s", args, code, words, said)
		}
	}
	refused("nothing to compare with")
	refused("exclude each other", "--base", "HEAD", "--base-dir", ".")
	refused("nowhere", "--base", "nowhere")
	refused("no folder", "--base-dir", "nowhere")
	refused(`unknown row "faker"`, "faker", "--base", "HEAD")
	refused("has no server fake", "--base", "HEAD")
	refused("no such file", "--base", "HEAD", "--policy", "nowhere.yaml")
	p.write(t, "servers/fake/server.yaml", "name: fake\nsummary: s\nlanguage: any\nbuild: cp nowhere {bin}\nrun: \"{bin}\"\nfanout: concurrent\n")
	p.git(t, "add", "-A")
	p.git(t, "commit", "-q", "-m", "broken")
	p.behave(t, "honest")
	refused("the base does not build", "--base", "HEAD")
	refused(p.git(t, "rev-parse", "--short=7", "HEAD")[:7], "--base", "HEAD")
}

// Ctrl-C in the middle ends with 4, leaves a record that says so, and nothing else.
func TestGateInterrupted(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	cmd, progress := p.command(t, "gate", "--base", "HEAD")
	for progress.Scan() {
		if strings.Contains(progress.Text(), "block 1") {
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for progress.Scan() {
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInvalid {
		t.Errorf("ended with %v, want exit code 4", err)
	}
	p.checkNothingLeft(t)
	if trees := p.git(t, "worktree", "list"); strings.Count(trees, "\n") != 1 {
		t.Errorf("worktrees are left:\n%s", trees)
	}
	s, err := gateset.Open(filepath.Join(p.dir, "results/gates/latest"))
	if err != nil || s.Status != "interrupted" || s.Verdict != gate.Invalid || len(s.Servers[0].Blocks) == 0 {
		t.Errorf("%v: %+v", err, s)
	}
}
