package scripts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The action with the program itself, on a small service of another layout, with what GitHub
// sets: a change by which some notifications are said to be sent that are not is a
// regression at once, in the exit code, in the summary and under the pull request.
func TestActionWithTheRealGate(t *testing.T) {
	w := newWorkflow(t)
	delete(w.env, "NOTIFYBENCH")
	w.env["TMPDIR"] = t.TempDir()
	w.pullRequest()
	w.inputs["token"] = "secret-token"
	// What the service measures itself by is the team's: here as little as can be.
	w.edit("notifybench/gate.yaml", "busy: 50%", "blocks: {looks: [4], confirm: 4}")
	w.edit("notifybench/scenario.yaml", "length: 1250ms", "length: 150ms")
	w.git("commit", "-q", "-a", "-m", "Short blocks")
	w.git("update-ref", "refs/remotes/origin/main", "HEAD")
	w.edit("cmd/mailer/main.go", "if err := m.send(r.Context(), n); err != nil {", "if err := m.mostly(r.Context(), n); err != nil {")
	w.edit("cmd/mailer/main.go", "// send makes the call.", "func (m *mailer) mostly(ctx context.Context, n notification) error {\n\tif m.ids.Load()%10 == 9 {\n\t\treturn nil\n\t}\n\treturn m.send(ctx, n)\n}\n\n// send makes the call.")
	w.git("commit", "-q", "-a", "-m", "Fewer calls")
	w.run()
	if w.codes["gate"] != 1 || w.outputs["gate"]["verdict"] != "REGRESSED" {
		t.Fatalf("exit code %d, outputs %v\n%s", w.codes["gate"], w.outputs["gate"], w.log)
	}
	if text := w.read(w.env["GITHUB_STEP_SUMMARY"]); !strings.Contains(text, "REGRESSED") {
		t.Errorf("summary:\n%s", text)
	}
	if got := w.api.bodies(); len(got) != 1 || !strings.Contains(got[0], "REGRESSED") {
		t.Errorf("comments %q", got)
	}
	if !strings.Contains(w.log, "::error ") {
		t.Errorf("no annotation:\n%s", w.log)
	}
	for _, name := range []string{"gate.json", "gate.md", "gate.junit.xml", "gate.bench.txt"} {
		if found, _ := filepath.Glob(filepath.Join(w.uploaded, "*", name)); len(found) == 0 {
			if _, err := os.Stat(filepath.Join(w.uploaded, name)); err != nil {
				t.Errorf("%s is not uploaded", name)
			}
		}
	}
	if trees := w.git("worktree", "list"); strings.Contains(strings.TrimSpace(trees), "\n") {
		t.Errorf("worktrees are left:\n%s", trees)
	}
}

// edit replaces a text of a file in the checkout.
func (w *workflow) edit(file, old, replacement string) {
	w.t.Helper()
	path := filepath.Join(w.repo, file)
	text := w.read(path)
	if !strings.Contains(text, old) {
		w.t.Fatalf("%s has no %q", file, old)
	}
	w.write(path, strings.Replace(text, old, replacement, 1))
}
