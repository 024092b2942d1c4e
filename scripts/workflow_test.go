package scripts_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// workflow is a job that uses the action on the other repository: what GitHub does for one,
// as far as the action asks for it.
type workflow struct {
	t                   *testing.T
	action              action
	dir, repo, uploaded string
	inputs, env         map[string]string
	outputs             map[string]map[string]string // by step
	codes               map[string]int               // by step
	log                 string                       // of all steps
	api                 *fakeAPI
}

// action is as much of an action.yml as ours has.
type action struct {
	Inputs map[string]struct {
		Default string `yaml:"default"`
	} `yaml:"inputs"`
	Runs struct {
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
}

type step struct {
	ID   string            `yaml:"id"`
	If   string            `yaml:"if"`
	Run  string            `yaml:"run"`
	Uses string            `yaml:"uses"`
	Env  map[string]string `yaml:"env"`
	With map[string]string `yaml:"with"`
}

const actionFile = "../.github/actions/gate/action.yml"

func newWorkflow(t *testing.T) *workflow {
	t.Helper()
	for _, program := range []string{"bash", "git", "jq", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("not installed: apt-get install " + program)
		}
	}
	w := &workflow{t: t, dir: t.TempDir(), inputs: map[string]string{}, api: newFakeAPI(t)}
	text, err := os.ReadFile(actionFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &w.action); err != nil {
		t.Fatal(err)
	}
	for name, input := range w.action.Inputs {
		w.inputs[name] = input.Default
	}
	w.repo = filepath.Join(w.dir, "checkout")
	w.checkOut()
	bin := filepath.Join(w.dir, "notifybench")
	w.write(bin, stub)
	here, err := filepath.Abs(filepath.Dir(actionFile))
	if err != nil {
		t.Fatal(err)
	}
	w.env = map[string]string{
		"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_WORKSPACE": w.repo, "RUNNER_TEMP": w.dir,
		"GITHUB_ACTION_PATH": here, "GITHUB_REPOSITORY": "example/mailer", "GITHUB_API_URL": w.api.url,
		"GITHUB_STEP_SUMMARY": filepath.Join(w.dir, "summary.md"), "GITHUB_EVENT_PATH": filepath.Join(w.dir, "event.json"),
		"GITHUB_ENV": filepath.Join(w.dir, "env"), "GITHUB_PATH": filepath.Join(w.dir, "path"),
		"NOTIFYBENCH": bin, "STUB_DIR": w.dir, "STUB_CODE": "0", "STUB_PAGE": "## Verdict of the stub\n",
	}
	return w
}

func (w *workflow) pullRequest() {
	w.env["GITHUB_EVENT_NAME"], w.env["GITHUB_BASE_REF"], w.env["GITHUB_HEAD_REF"] = "pull_request", "main", "change"
	w.event(map[string]any{"pull_request": map[string]any{"number": 7}})
}

func (w *workflow) push(before string) {
	w.env["GITHUB_EVENT_NAME"] = "push"
	w.event(map[string]any{"before": before})
}

func (w *workflow) event(e any) {
	text, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(w.env["GITHUB_EVENT_PATH"], string(text))
}

func (w *workflow) write(file, text string) {
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// read is a file; one that is not there is empty.
func (w *workflow) read(file string) string {
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	return string(text)
}

// args are those that the stub was started with, but for --out.
func (w *workflow) args() []string {
	return strings.Split(strings.TrimSuffix(w.read(filepath.Join(w.dir, "stub-args")), "\x00"), "\x00")
}

// run is the job: a step that fails makes those be passed over that do not ask for always().
func (w *workflow) run() {
	w.t.Helper()
	w.outputs, w.codes, w.log, w.uploaded = nil, nil, "", ""
	_ = os.Remove(filepath.Join(w.dir, "stub-args")) // of the run before, if there was one
	w.env["STUB_VERDICT"] = verdicts()[w.env["STUB_CODE"]]
	failed := false
	for _, s := range w.action.Runs.Steps {
		if !w.due(s.If, failed) {
			continue
		}
		w.runStep(s.ID)
		failed = failed || w.codes[s.ID] != 0
	}
}

var (
	expression = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)
	condition  = regexp.MustCompile(`^\$\{\{ always\(\) && (steps\.[a-z.]+) != '' \}\}$`)
)

func (w *workflow) due(when string, failed bool) bool {
	if when == "" {
		return !failed
	}
	m := condition.FindStringSubmatch(when)
	if m == nil {
		w.t.Fatalf("the test does not know the condition %s", when)
	}
	return w.value(m[1]) != ""
}

// value is what an expression stands for.
func (w *workflow) value(name string) string {
	parts := strings.Split(name, ".")
	switch {
	case parts[0] == "inputs" && len(parts) == 2:
		v, known := w.inputs[parts[1]]
		if !known {
			w.t.Errorf("there is no input %s", parts[1])
		}
		return v
	case parts[0] == "steps" && len(parts) == 4 && parts[2] == "outputs":
		return w.outputs[parts[1]][parts[3]]
	}
	w.t.Fatalf("the test does not know the expression %s", name)
	return ""
}

func (w *workflow) fill(text string) string {
	return expression.ReplaceAllStringFunc(text, func(e string) string { return w.value(expression.FindStringSubmatch(e)[1]) })
}

// runStep runs one step as a runner does.
func (w *workflow) runStep(id string) {
	w.t.Helper()
	if w.outputs == nil {
		w.outputs, w.codes = map[string]map[string]string{}, map[string]int{}
	}
	for _, s := range w.action.Runs.Steps {
		switch {
		case s.ID != id:
		case strings.HasPrefix(s.Uses, "actions/upload-artifact@"):
			w.uploaded = w.fill(s.With["path"])
		case strings.Contains(s.Run, "${{"):
			w.t.Errorf("step %s puts an expression into the text of a command: %s", id, s.Run)
		default:
			w.shell(s)
		}
	}
}

// cancel signals the process of a step, as a runner does, once the stub is under way.
func (w *workflow) cancel(cmd *exec.Cmd) {
	for range 1000 {
		if _, err := os.Stat(filepath.Join(w.dir, "stub-waits")); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		w.t.Error(err)
	}
}

func (w *workflow) shell(s step) {
	script, outputs := filepath.Join(w.dir, "step.sh"), filepath.Join(w.dir, "output")
	w.write(script, s.Run+"\n")
	w.write(outputs, "")
	env := maps.Clone(w.env)
	env["GITHUB_OUTPUT"] = outputs
	for name, value := range s.Env {
		if value = w.fill(value); value != "" || name != "NOTIFYBENCH" {
			env[name] = value
		}
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
	cmd.Dir = w.repo
	for _, name := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOPROXY"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err := cmd.Start()
	if err == nil && env["STUB_WAITS"] != "" {
		w.cancel(cmd)
	}
	if err == nil {
		err = cmd.Wait()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	w.codes[s.ID], w.log = cmd.ProcessState.ExitCode(), w.log+log.String()
	w.outputs[s.ID] = map[string]string{}
	for line := range strings.Lines(w.read(outputs)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		w.outputs[s.ID][name] = value
	}
}
