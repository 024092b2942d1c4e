package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verdicts of the stub, by its exit code.
func verdicts() map[string]string {
	return map[string]string{"0": "PASS", "1": "REGRESSED", "3": "INCONCLUSIVE", "4": "INVALID"}
}

// Every exit code of the gate is that of its step; what it leaves goes where GitHub shows it.
func TestActionPassesOnWhatTheGateSays(t *testing.T) {
	for code, verdict := range verdicts() {
		t.Run(verdict, func(t *testing.T) {
			w := newWorkflow(t)
			w.pullRequest()
			w.env["STUB_CODE"] = code
			w.inputs["token"] = "secret-token"
			w.inputs["rows"] = "mailer\n  other row \n\n"
			w.run()
			if got := fmt.Sprint(w.codes["gate"]); got != code {
				t.Errorf("exit code %s, want %s\n%s", got, code, w.log)
			}
			if o := w.outputs["gate"]; o["verdict"] != verdict || o["code"] != code {
				t.Errorf("outputs %v", o)
			}
			if _, err := os.Stat(filepath.Join(w.uploaded, "gate.xml")); err != nil {
				t.Errorf("the record is not uploaded: %v", err)
			}
			if summary := w.read(w.env["GITHUB_STEP_SUMMARY"]); summary != "## Verdict of the stub\n" {
				t.Errorf("summary %q", summary)
			}
			want := []string{"gate", "--base=origin/main", "--policy=notifybench/gate.yaml",
				"--servers=notifybench/servers", "--", "mailer", "other row"}
			if got := w.args(); !slices.Equal(got, want) {
				t.Errorf("arguments %q\nwant %q", got, want)
			}
			if got := w.api.bodies(); len(got) != 1 || got[0] != "POST <!-- notifybench gate -->\n## Verdict of the stub\n" {
				t.Errorf("comments %q", got)
			}
		})
	}
}

// What is printed is no command to GitHub, but for the annotations.
func TestActionTakesNoCommandsFromTheLog(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.env["STUB_CODE"] = "1"
	w.run()
	var heeded []string
	stopped := ""
	for line := range strings.Lines(w.log) {
		line = strings.TrimSpace(line)
		token, stop := strings.CutPrefix(line, "::stop-commands::")
		switch {
		case stopped == "" && stop:
			stopped = "::" + token + "::"
		case stopped != "" && line == stopped:
			stopped = ""
		case stopped == "" && strings.HasPrefix(line, "::"):
			heeded = append(heeded, line)
		}
	}
	if want := []string{"::error title=mailer cpu_per_request::7%25 worse"}; !slices.Equal(heeded, want) {
		t.Errorf("GitHub is told %q, want %q\n%s", heeded, want, w.log)
	}
	if !strings.Contains(w.log, "::error::a server says so") {
		t.Error("what the gate printed is not in the log")
	}
}

// What was sent is built and run without a token, and without the files by which it could
// change later steps.
func TestActionGivesNothingToWhatItMeasures(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.inputs["token"] = "secret-token"
	w.run()
	env := w.read(filepath.Join(w.dir, "stub-env"))
	for _, name := range []string{"secret-token", "GITHUB_ENV=", "GITHUB_PATH=", "GITHUB_OUTPUT=", "GITHUB_STEP_SUMMARY="} {
		if strings.Contains(env, name) {
			t.Errorf("it sees %s", name)
		}
	}
}

// The second run replaces the comment of the first, wherever it stands among others.
func TestActionReplacesItsComment(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.inputs["token"] = "secret-token"
	for i := range 130 {
		w.api.add(fmt.Sprintf("comment %d, which quotes <!-- notifybench gate -->", i))
	}
	w.run()
	w.run()
	got := w.api.bodies()
	if len(got) != 2 || !strings.HasPrefix(got[0], "POST ") || !strings.HasPrefix(got[1], "PATCH ") {
		t.Errorf("comments %.80q", got)
	}
	if n := w.api.count(); n != 131 {
		t.Errorf("%d comments", n)
	}
}

func TestActionCommentsOnlyWhereItMay(t *testing.T) {
	t.Run("no token", func(t *testing.T) {
		w := newWorkflow(t)
		w.pullRequest()
		w.run()
		if w.api.calls() != 0 || w.codes["comment"] != 0 {
			t.Errorf("%d calls, exit code %d", w.api.calls(), w.codes["comment"])
		}
	})
	t.Run("a push", func(t *testing.T) {
		w := newWorkflow(t)
		w.push(w.commit("HEAD^"))
		w.inputs["token"] = "secret-token"
		w.run()
		if w.api.calls() != 0 || w.args()[1] != "--base="+w.commit("HEAD^") {
			t.Errorf("%d calls, arguments %q", w.api.calls(), w.args())
		}
	})
	t.Run("a new branch", func(t *testing.T) {
		w := newWorkflow(t)
		w.push(strings.Repeat("0", 40))
		w.run()
		if w.args()[1] != "--base=HEAD^" {
			t.Errorf("arguments %q", w.args())
		}
	})
	t.Run("a fork", func(t *testing.T) {
		w := newWorkflow(t)
		w.pullRequest()
		w.inputs["token"] = "wrong-token"
		w.env["STUB_CODE"] = "3"
		w.run()
		if w.codes["gate"] != 3 || w.codes["comment"] != 0 || !strings.Contains(w.log, "::warning title=notifybench gate::no comment could be made") {
			t.Errorf("exit codes %v\n%s", w.codes, w.log)
		}
		if strings.Contains(w.log, "wrong-token") {
			t.Error("the token is in the log")
		}
	})
}

// Without a verdict the report says so, and shows what the program said last.
func TestActionSaysWhyThereIsNoVerdict(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.inputs["token"] = "secret-token"
	w.env["STUB_CODE"] = "2"
	w.run()
	if w.codes["gate"] != 2 || w.uploaded != "" {
		t.Errorf("exit code %d, uploaded %q", w.codes["gate"], w.uploaded)
	}
	want := "## notifybench gate: no verdict (exit code 2)\n\nIt ended before there was anything to report. Its last words:\n\n" +
		"    ::error::a server says so\n    notifybench: base abc1234 does not build\n"
	if got := w.read(w.env["GITHUB_STEP_SUMMARY"]); got != want {
		t.Errorf("summary %q\nwant %q", got, want)
	}
	if got := w.api.bodies(); len(got) != 1 || !strings.Contains(got[0], "does not build") {
		t.Errorf("comments %q", got)
	}
}

// A job that is cancelled lets the gate end by itself.
func TestActionPassesOnACancellation(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.env["STUB_WAITS"] = "yes"
	w.runStep("gate")
	if w.codes["gate"] != 4 || !strings.Contains(w.log, "notifybench: interrupted") {
		t.Errorf("exit code %d\n%s", w.codes["gate"], w.log)
	}
}

// What comes from outside is never run.
func TestActionRunsNoInput(t *testing.T) {
	for _, text := range []string{"$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "\"; touch pwned; \"", "--upload-pack=touch pwned", "x\ntouch pwned"} {
		w := newWorkflow(t)
		w.pullRequest()
		w.env["GITHUB_BASE_REF"], w.env["GITHUB_HEAD_REF"] = text, text
		w.run()
		if w.codes["gate"] != 2 {
			t.Errorf("base %q: exit code %d\n%s", text, w.codes["gate"], w.log)
		}
		w = newWorkflow(t)
		w.pullRequest()
		for name := range w.inputs {
			if name != "directory" && name != "base" && name != "version" {
				w.inputs[name] = text
			}
		}
		w.run()
		if found, _ := exec.Command("find", w.dir, "-name", "pwned").Output(); len(found) > 0 {
			t.Errorf("input %q was run: %s", text, found)
		}
		if got := w.args(); !slices.Contains(got, "--policy="+text) && !strings.Contains(text, "\n") {
			t.Errorf("arguments %q", got)
		}
	}
}

func TestActionNeedsHistory(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.shallow()
	w.run()
	if w.codes["gate"] != 2 || !strings.Contains(w.log, `give actions/checkout "fetch-depth: 0"`) {
		t.Errorf("exit code %d\n%s", w.codes["gate"], w.log)
	}
}

// GitHub takes 65,536 characters.
func TestActionCutsALongComment(t *testing.T) {
	w := newWorkflow(t)
	w.pullRequest()
	w.inputs["token"] = "secret-token"
	w.env["STUB_PAGE"] = strings.Repeat("a line of a long report, µ\n", 4000)
	w.run()
	got := w.api.bodies()
	if len(got) != 1 || len(got[0]) > 61000 || !strings.HasSuffix(got[0], "the whole report is in the summary of the job.\n") {
		t.Errorf("%d comments", len(got))
	}
}

// The step "install" builds the program from the action's own checkout; it accepts what init
// wrote into the other repository.
func TestActionInstalls(t *testing.T) {
	w := newWorkflow(t)
	delete(w.env, "NOTIFYBENCH")
	w.runStep("install")
	bin := w.outputs["install"]["notifybench"]
	if w.codes["install"] != 0 || bin == "" {
		t.Fatalf("exit code %d, outputs %v\n%s", w.codes["install"], w.outputs["install"], w.log)
	}
	cmd := exec.Command(bin, "plan", "notifybench/scenario.yaml", "--servers", "notifybench/servers")
	cmd.Dir = w.repo
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "mailer") {
		t.Errorf("%v\n%s", err, out)
	}
}
