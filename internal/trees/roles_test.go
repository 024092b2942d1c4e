package trees

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// With gateVariable set to a checkout, the test binary plays a gate that is killed: it
// takes the lock, checks HEAD out, tells where, and waits.
const gateVariable = "TREES_TEST_GATE"

func TestMain(m *testing.M) {
	if repo := os.Getenv(gateVariable); repo != "" {
		playGate(repo)
	}
	goleak.VerifyTestMain(m)
}

func playGate(repo string) {
	ctx := context.Background()
	if _, err := Lock(ctx, func(string) {}); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	c, err := CheckOut(ctx, repo, "HEAD")
	if err != nil {
		fmt.Println(err)
		os.Exit(4)
	}
	fmt.Println(c.Root)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test has ended, should it not kill us
	os.Exit(0)
}

// startGate starts a gate and returns it with the folder that it has checked out.
func startGate(t *testing.T, repo string) (gate *exec.Cmd, dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	gate = exec.Command(self)
	gate.Env = append(os.Environ(), gateVariable+"="+repo)
	_, err1 := gate.StdinPipe()
	out, err2 := gate.StdoutPipe()
	if err := errors.Join(err1, err2, gate.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(gate) })
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !filepath.IsAbs(lines.Text()) {
		t.Fatalf("the gate says %q", lines.Text())
	}
	return gate, lines.Text()
}

// kill ends a process as nothing can be done about.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have been killed before
	_ = cmd.Wait()
}

// repo is a repository of a test.
type repo struct {
	t   *testing.T
	dir string
}

// alone gives a test temporary files of its own and no configuration of the user's; and
// it sets what a hook's environment has, which must not be heeded. It skips without git.
func alone(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("not installed: apt-get install git")
	}
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"} {
		t.Setenv(name, "/nowhere")
	}
	t.Setenv("LC_ALL", "de_DE.UTF-8")
}

// newRepo is a repository with one commit on main.
func newRepo(t *testing.T) repo {
	t.Helper()
	alone(t)
	r := repo{t: t, dir: realPath(t, t.TempDir())}
	r.git("init", "--quiet")
	r.git("symbolic-ref", "HEAD", "refs/heads/main")
	r.commit("a.txt", "first")
	return r
}

// git runs git in the repository.
func (r repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=T", "-c", "user.email=t@example.com",
		"-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(environ(os.Environ()), "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// write writes a file.
func (r repo) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits a file that says what the message says, and returns the hash.
func (r repo) commit(name, message string) string {
	r.t.Helper()
	r.write(name, message+"\n")
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", message)
	return r.git("rev-parse", "HEAD")
}

// clone is a copy of the repository.
func (r repo) clone(args ...string) repo {
	r.t.Helper()
	c := repo{t: r.t, dir: realPath(r.t, r.t.TempDir())}
	c.git(append(append([]string{"clone", "--quiet"}, args...), "file://"+r.dir, c.dir)...)
	return c
}

// realPath is a path without links.
func realPath(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// exists says that there is something at a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// tells says that an error holds all of some words.
func tells(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, one with %q is due", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
}
