package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// atOnce is how many scripts run at the same time: most of the time they wait for a
// window to pass. None of those in testdata believes its numbers.
const atOnce = "3"

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"notifybench": main})
}

// tests are those of the package, and what they share.
type tests struct{ *testing.M }

// Run runs them and cleans up.
func (t tests) Run() int {
	defer func() { os.RemoveAll(built.dir) }()
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return t.M.Run()
}

// built is the program as a user builds it, built when it is first wanted.
var built struct {
	once     sync.Once
	dir, bin string
	err      error
}

func builtOnce(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "notifybench-cmd-"); built.err != nil {
			return
		}
		built.bin = filepath.Join(built.dir, "notifybench")
		if out, err := exec.Command("go", "build", "-o", built.bin, ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.bin
}

// TestScripts runs the scripts that specify the command line.
func TestScripts(t *testing.T) { testscript.Run(t, params(t, "testdata/*.txtar")) }

// TestScriptsAlone runs those that believe what they measure, one at a time.
func TestScriptsAlone(t *testing.T) {
	all := params(t, "testdata/alone/*.txtar")
	for _, file := range all.Files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			one := all
			one.Files = []string{file}
			testscript.Run(t, one)
		})
	}
}

func params(t *testing.T, pattern string) testscript.Params {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts %s: %v", pattern, err)
	}
	return testscript.Params{
		Files: files, UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY"} {
				out, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return fmt.Errorf("go env %s: %w", name, err)
				}
				env.Setenv(name, string(out[:len(out)-1]))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "measures": measures},
	}
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARGS...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := codeOf(ts, args[1:]); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// measures runs a command that measures. Whether its numbers are to be believed
// depends on what else the machine does: invalid is as good an end as valid.
func measures(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: measures command [args...]")
	}
	if got := codeOf(ts, args); got != exitOK && got != exitInvalid {
		ts.Fatalf("exit code %d", got)
	}
}

func codeOf(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}
