package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakePython makes a virtual environment whose Python can be asked for what the script
// asks: pip fails where there is a file "broken".
const fakePython = `#!/bin/sh
case "$*" in
"-m venv "*)
	mkdir -p "$3/bin"
	cp "$0" "$3/bin/python"
	echo "home = $3" >"$3/pyvenv.cfg"
	echo "#!$3/bin/python" >"$3/bin/program"
	;;
"-m pip install "*)
	test ! -e broken && : >"$(dirname "$0")/../installed"
	;;
"- "*) cat >/dev/null; test -e "$(dirname "$0")/../installed" ;;
"-c "*) test ! -e old ;;
esac
`

// pythonCheckout is a checkout with nothing but the script, and a PATH that holds a fake
// Python and what the script needs.
type pythonCheckout struct {
	t        *testing.T
	dir, bin string
}

func newPythonCheckout(t *testing.T) *pythonCheckout {
	t.Helper()
	c := &pythonCheckout{t: t, dir: t.TempDir(), bin: t.TempDir()}
	script, err := os.ReadFile("python.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"scripts", "servers"} {
		if err := os.Mkdir(filepath.Join(c.dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c.put(filepath.Join(c.dir, "scripts", "python.sh"), string(script))
	c.put(filepath.Join(c.dir, "servers", "requirements.txt"), "Flask==3.1.3\n")
	c.put(filepath.Join(c.bin, "python3"), fakePython)
	for _, tool := range []string{"bash", "cat", "cp", "dirname", "grep", "id", "mkdir", "mv", "rm", "sed", "sh"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Skipf("%s is needed: %v", tool, err)
		}
		if err := os.Symlink(path, filepath.Join(c.bin, tool)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c *pythonCheckout) put(file, text string) {
	c.t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		c.t.Fatal(err)
	}
}

// make runs the script and wants it to end well, or not, with a word.
func (c *pythonCheckout) make(well bool, word string) {
	c.t.Helper()
	cmd := exec.Command(filepath.Join(c.bin, "bash"), filepath.Join(c.dir, "scripts", "python.sh"))
	cmd.Env = []string{"PATH=" + c.bin}
	out, err := cmd.CombinedOutput()
	if (err == nil) != well || !strings.Contains(string(out), word) {
		c.t.Fatalf("%v\n%s\nwant … %s …", err, out, word)
	}
	if c.has(".venv.new") {
		c.t.Error("something is left behind")
	}
}

func (c *pythonCheckout) has(file string) bool {
	_, err := os.Stat(filepath.Join(c.dir, file))
	return err == nil
}

func TestPythonIsMadeOnce(t *testing.T) {
	c := newPythonCheckout(t)
	c.make(true, "python: done")
	for file, want := range map[string]string{"bin/program": "#!" + c.dir + "/.venv/bin/python\n", "pyvenv.cfg": "home = " + c.dir + "/.venv\n"} {
		if got, err := os.ReadFile(filepath.Join(c.dir, ".venv", file)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", file, got, err, want)
		}
	}
	c.make(true, "is as servers/requirements.txt says")
}

// An install that fails leaves what was there before.
func TestPythonIsMadeWholeOrNot(t *testing.T) {
	c := newPythonCheckout(t)
	c.put(filepath.Join(c.dir, "broken"), "")
	c.make(false, "making")
	if c.has(".venv") {
		t.Error("half an environment looks like a whole one")
	}
	if err := os.MkdirAll(filepath.Join(c.dir, ".venv", "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	c.make(false, "making")
	if !c.has(".venv/mine") {
		t.Error("the environment of before is gone")
	}
}

func TestPythonIsNotThere(t *testing.T) {
	c := newPythonCheckout(t)
	c.put(filepath.Join(c.dir, "old"), "")
	c.make(false, "python: no python3 ≥ 3.11 with venv: sudo apt-get install python3 python3-venv")
}
