package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// stub stands for the program: it leaves what it would leave, and notes how it was started.
const stub = `#!/usr/bin/env bash
env >"$STUB_DIR/stub-env"
for arg in "$@"; do
  case $arg in
    --out=*) out=${arg#--out=} ;;
    *) printf '%s\0' "$arg" >>"$STUB_DIR/stub-args" ;;
  esac
done
echo "::error::a server says so"
if [ -n "$STUB_WAITS" ]; then
  trap 'kill "$!"; echo "notifybench: interrupted"; exit 4' TERM
  sleep 60 &
  touch "$STUB_DIR/stub-waits"
  wait
fi
if [ "$STUB_CODE" = 2 ]; then
  echo "notifybench: base abc1234 does not build" >&2
  exit 2
fi
mkdir "$out/20260101T000000Z"
ln -s 20260101T000000Z "$out/latest"
cd "$out/latest"
printf '{"verdict": "%s"}\n' "$STUB_VERDICT" >gate.json
printf '%s' "$STUB_PAGE" >gate.md
touch gate.xml gate.bench
printf '%s\n' '::error title=mailer cpu_per_request::7%25 worse' '::set-env name=PATH::/tmp' 'no annotation' >github.txt
exit "$STUB_CODE"
`

// checkOut makes a repository of testdata/other-repo: a commit on main, and one more.
func (w *workflow) checkOut() {
	if err := os.CopyFS(w.repo, os.DirFS("../testdata/other-repo")); err != nil {
		w.t.Fatal(err)
	}
	w.git("init", "-q", "-b", "main")
	w.git("add", ".")
	w.git("commit", "-q", "-m", "A mailer")
	w.git("update-ref", "refs/remotes/origin/main", "HEAD")
	w.git("checkout", "-q", "-b", "change")
	w.git("commit", "-q", "--allow-empty", "-m", "A change")
}

func (w *workflow) git(args ...string) string {
	w.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
	cmd.Dir = w.repo
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *workflow) commit(ref string) string { return w.git("rev-parse", ref) }

// shallow makes the checkout what actions/checkout leaves by default.
func (w *workflow) shallow() {
	full := w.repo
	w.repo = filepath.Join(w.dir, "shallow")
	if out, err := exec.Command("git", "clone", "-q", "--depth=1", "file://"+full, w.repo).CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	w.env["GITHUB_WORKSPACE"] = w.repo
}
