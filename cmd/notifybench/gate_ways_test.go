//go:build linux

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/run"
	"github.com/notifybench/notifybench/internal/server"
)

// Another tree without git, which lies within the checkout: it is compared with what is
// in it, not with the checkout that it lies in.
func TestGateOfTwoTrees(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	if err := os.CopyFS(filepath.Join(p.dir, "results", "before", "servers"), os.DirFS(filepath.Join(p.dir, "servers"))); err != nil {
		t.Fatal(err)
	}
	p.behave(t, "die")
	code, said, s := p.gate(t, "--base-dir", "results/before")
	if code != exitDiffers || s == nil || s.Verdict != gate.Regressed || s.Base.Dir != "results/before" || s.Base.Commit != "" {
		t.Errorf("exit code %d: %+v\n%s", code, s, said)
	}
	p.commit(t, "die") // now the copy is better than all that git knows
	if code, said, _ := p.gate(t, "--base-dir", "results/before"); code != exitDiffers {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if code, said, _ := p.gate(t, "--base-dir", "."); code != exitUsage || !strings.Contains(said, "it is the tree that is to be compared") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// Against a record it is only reported: measured once more, set side by side, exit 0.
func TestGateAgainstARecord(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	before := p.prepared(t, "run", "gate")
	if out, err := before.CombinedOutput(); err != nil && before.ProcessState.ExitCode() != exitInvalid {
		t.Fatalf("%v\n%s", err, out)
	}
	code, said, s := p.gate(t, "--base-run", "latest")
	if code != exitOK || s != nil || !strings.Contains(said, "not interleaved") {
		t.Errorf("exit code %d, %+v\n%s", code, s, said)
	}
	if code, said, _ := p.gate(t, "--base-run", "latest", "--short"); code != exitUsage || !strings.Contains(said, "--base-run only reports") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// What a gate has no time for is INCONCLUSIVE, which fails or warns.
func TestGateWithoutTime(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	for how, want := range map[string]int{inconclusiveFails: exitInconclusive, inconclusiveWarns: exitOK} {
		code, said, s := p.gate(t, "--base", "HEAD", "--budget", "1ns", "--on-inconclusive", how)
		if code != want || s == nil || s.Verdict != gate.Inconclusive || !strings.Contains(said, "the budget of 1ns is used up") {
			t.Errorf("%s: exit code %d, want %d: %+v\n%s", how, code, want, s, said)
		}
	}
}

// What is worse is named by the metric that shows it: here memory, which no noise makes. It
// has the machine for itself, or its blocks would be invalid.
func TestGateOfMemory(t *testing.T) {
	p := newGatePlace(t)
	p.write(t, "gate.yaml", gatePolicy+"  peak_pss: {load: open, tolerance: 50%, effect: 25%}\n")
	p.commit(t, "honest")
	p.behave(t, "fat")
	code, said, s := p.gate(t, "--base", "HEAD")
	if code == exitInvalid && s != nil && s.Verdict == gate.Invalid {
		t.Skipf("the machine is too noisy:\n%s", said)
	}
	if code != exitDiffers || s == nil || !strings.Contains(s.Why, "peak_pss") || !strings.Contains(s.Why, "fresh blocks") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// Two gates of one machine would measure each other: the second waits for the first.
func TestGateWaitsForAnother(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.write(t, "scenarios/gate.yaml", strings.Replace(gateScenario, "length: 150ms", "length: 1s", 1))
	p.write(t, "gate.yaml", strings.Replace(gatePolicy, "looks: [4]", "looks: [100]", 1)) // it is under way until it is stopped
	p.commit(t, "honest")
	temp := t.TempDir()
	begin := func(until string) *exec.Cmd {
		t.Helper()
		cmd := p.prepared(t, "gate", "--base", "HEAD")
		cmd.Env = append(cmd.Env, "TMPDIR="+temp)
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		said, err := cmd.StderrPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		waitFor(t, bufio.NewScanner(said), until)
		return cmd
	}
	first := begin("block 1")
	second := begin("another gate is under way")
	for _, cmd := range []*exec.Cmd{second, first} {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != exitInvalid {
			t.Errorf("ended with %v, want exit code 4", cmd.ProcessState)
		}
	}
	p.checkNothingLeft(t)
}

// A folder without room for the report does not make a regression pass for something else.
func TestGateThatCannotWrite(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.commit(t, "honest")
	p.behave(t, "die")
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	var said strings.Builder
	cmd := p.prepared(t, "gate", "--base", "HEAD")
	cmd.Stdout, cmd.Stderr = full, &said
	err = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != exitDiffers || !strings.Contains(said.String(), "REGRESSED") {
		t.Errorf("exit code %d, %v\n%s", code, err, said.String())
	}
	p.checkNothingLeft(t)
}

// Its self-test goes on where it stopped, shows what it has, and leaves alone what is
// beside its file.
func TestGateSelftest(t *testing.T) {
	t.Parallel()
	p := newGatePlace(t)
	p.write(t, "scenarios/gate.yaml", strings.Replace(gateScenario, "length: 150ms", "length: 1s", 1)) // a p99 of the base takes 1,000 requests
	p.commit(t, "honest")
	mine := filepath.Join(p.dir, "results", "mine", "blocks")
	if err := os.MkdirAll(mine, 0o755); err != nil {
		t.Fatal(err)
	}
	selftest := func(args ...string) (code int, said string) {
		t.Helper()
		cmd := p.prepared(t, append([]string{"selftest", "gate", "--file", "results/mine/a.jsonl"}, args...)...)
		out, _ := cmd.CombinedOutput()
		p.checkNothingLeft(t)
		return cmd.ProcessState.ExitCode(), string(out)
	}
	if code, said := selftest("--show"); code != exitUsage || !strings.Contains(said, "a.jsonl") || !strings.Contains(said, "leave --show out") {
		t.Errorf("without a file: exit code %d\n%s", code, said)
	}
	for range 2 {
		code, said := selftest("--for", "2s")
		if code == exitInvalid && (strings.Contains(said, "not known") || strings.Contains(said, run.ErrNothingMeasured.Error())) {
			t.Skipf("the machine is too slow or noisy to know the base:\n%s", said)
		}
		if code != exitOK || !strings.Contains(said, "the same command goes on from here") || !strings.Contains(said, "A/A called worse") {
			t.Fatalf("exit code %d\n%s", code, said)
		}
	}
	if code, said := selftest("--show"); code != exitOK || !strings.Contains(said, "not known") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	left, err := os.ReadDir(filepath.Dir(mine))
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); err != nil || got != "a.jsonl a.jsonl.base.json blocks" {
		t.Errorf("in its folder are %s, %v", got, err)
	}
}

// Fresh blocks are of the programs that the first ones were of.
func TestFreshBuildsAreOfTheSameSource(t *testing.T) {
	t.Parallel()
	g, err := proc.StartGuardian(newWorkplace(t).bin)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	var sources [2]server.Server
	for arm := range sources {
		dir := t.TempDir()
		writeProgram(t, dir, "a")
		sources[arm] = server.Server{Name: "x", Dir: dir, Build: strings.Fields("go build -o {bin} .")}
	}
	b := newBuilds(g, sources, t.TempDir())
	if err := b.buildAll(t.Context(), false); err != nil || b.layouts != gateLayouts {
		t.Fatalf("%d layouts, %v", b.layouts, err)
	}
	if got := b.toolchains(); got != [2]string{runtime.Version(), runtime.Version()} {
		t.Errorf("built by %v, and this by %s", got, runtime.Version())
	}
	writeProgram(t, sources[gate.Candidate].Dir, "b")
	if err := b.buildFresh(t.Context()); err == nil || !strings.Contains(err.Error(), "source of the candidate was changed") {
		t.Errorf("a source that was changed: %v", err)
	}
	writeProgram(t, sources[gate.Candidate].Dir, "a")
	if err := b.buildFresh(t.Context()); err != nil {
		t.Errorf("a source that was not: %v", err)
	}
}

// writeProgram writes a Go program that prints a word.
func writeProgram(t *testing.T, dir, word string) {
	t.Helper()
	for name, text := range map[string]string{
		"go.mod": "module x\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() { println(\"" + word + "\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
