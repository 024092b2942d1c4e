package server

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const pythonServer = `name: snake
summary: in Python
language: python
run: "{python} app.py {port}"
fanout: sequential
requires: [python]
packages: [Flask, typing.extensions]
`

const pins = `# a remark
Flask==3.1.3
gunicorn == 27.0.1 ; python_version < "4"  # why
typing_extensions[all]==4.16.0
--find-links somewhere
loose>=1
wild==1.*
`

// checkout is a folder with pinned versions and a program two folders below.
func checkout(t *testing.T) (root string, s Server) {
	t.Helper()
	root = t.TempDir()
	put(t, filepath.Join(root, "servers", requirementsFile), pins)
	dir := filepath.Join(root, "servers", "snake")
	put(t, filepath.Join(dir, File), pythonServer)
	s, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return root, s
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// venv makes a virtual environment with distributions, as far as we look at it, and
// returns its interpreter.
func venv(t *testing.T, root string, distributions ...string) string {
	t.Helper()
	python := filepath.Join(root, ".venv", "bin", "python")
	put(t, python, "")
	for _, d := range distributions {
		put(t, filepath.Join(root, ".venv", "lib", "python3.99", "site-packages", d+".dist-info", "METADATA"), "")
	}
	return python
}

func TestPackagesArePinned(t *testing.T) {
	_, s := checkout(t)
	want := []Package{{"Flask", "3.1.3"}, {"typing_extensions", "4.16.0"}}
	if !slices.Equal(s.Packages, want) {
		t.Errorf("got %v, want %v", s.Packages, want)
	}
}

func TestPackagesRefuses(t *testing.T) {
	root, s := checkout(t)
	for text, want := range map[string]string{
		"packages: [Flask, flsk]":    `server.yaml:7:19: package "flsk" is not pinned in ` + filepath.Join(root, "servers", requirementsFile) + `: add flsk==VERSION there, or did you mean "Flask"? (valid: Flask, gunicorn, typing_extensions)`,
		"packages: [Flask, loose]":   `package "loose" is not pinned`,
		"packages: [Flask, wild]":    `package "wild" is not pinned`,
		"packages: [Flask, flask]":   `7:19: package flask is repeated: name it once`,
		"packages: Flask":            `write a list such as [Flask, gunicorn]`,
		"packages: [[Flask]]":        `server.yaml:7:12: `,
		"packages: [Flask, Flask]\n": `package Flask is repeated`,
	} {
		src := strings.Replace(pythonServer, "packages: [Flask, typing.extensions]", text, 1)
		if _, err := Decode(s.Source, []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant … %s …", text, err, want)
		}
	}
	src := strings.Replace(pythonServer, "requires: [python]\n", "", 1)
	if _, err := Decode(s.Source, []byte(src)); err == nil || !strings.Contains(err.Error(), "6:11: packages are of Python: add requires: [python]") {
		t.Errorf("without requires: %v", err)
	}
	if err := os.Remove(filepath.Join(root, "servers", requirementsFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(s.Dir); err == nil || !strings.Contains(err.Error(), "there is no requirements.txt: write one beside server.yaml or above it, with Flask==VERSION") {
		t.Errorf("without pins: %v", err)
	}
}

func TestMissingPython(t *testing.T) {
	for name, c := range map[string]struct {
		distributions []string // nil: no virtual environment
		want          string
	}{
		"none":          {nil, "not installed: make python"},
		"all":           {[]string{"flask-3.1.3", "typing_extensions-4.16.0", "pip-23.2.1"}, ""},
		"other writing": {[]string{"Flask-3.1.3", "Typing.Extensions-4.16.0"}, ""},
		"empty":         {[]string{}, "not installed: make python (Flask 3.1.3 is missing)"},
		"one missing":   {[]string{"flask-3.1.3", "flask_typing_extensions-4.16.0"}, "not installed: make python (typing_extensions 4.16.0 is missing)"},
		"other version": {[]string{"flask-3.1.3", "typing_extensions-4.9"}, "not installed: make python (typing_extensions is 4.9, 4.16.0 wanted)"},
	} {
		root, s := checkout(t)
		if c.distributions != nil {
			venv(t, root, c.distributions...)
		}
		if got := s.Missing(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A virtual environment that has lost its Python is none.
func TestMissingInterpreter(t *testing.T) {
	root, s := checkout(t)
	python := venv(t, root, "flask-3.1.3", "typing_extensions-4.16.0")
	if err := os.Remove(python); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "gone"), python); err != nil {
		t.Fatal(err)
	}
	if got := s.Missing(); got != "not installed: make python" {
		t.Errorf("got %q", got)
	}
}

// A program that needs no package runs with any Python.
func TestMissingWithoutPackages(t *testing.T) {
	s := decoded(t, strings.Replace(pythonServer, "packages: [Flask, typing.extensions]\n", "", 1))
	s.Dir = t.TempDir()
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if got := s.Missing(); got != "not installed: make python" {
		t.Errorf("got %q", got)
	}
	put(t, filepath.Join(bin, "python3"), "")
	if got := s.Missing(); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestPythonRuns(t *testing.T) {
	root, s := checkout(t)
	r, err := s.Resolve(nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Command("", "h", 80); !slices.Equal(got, []string{"python3", "app.py", "80"}) {
		t.Errorf("without virtual environment: %q", got)
	}
	if got := s.Venv(); got != "" {
		t.Errorf("there is none, and it is %s", got)
	}
	far := venv(t, root)
	if got := s.Venv(); got != filepath.Join(root, ".venv") {
		t.Errorf("the virtual environment is %s", got)
	}
	if got := r.Command("", "h", 80)[0]; got != far {
		t.Errorf("got %s, want %s", got, far)
	}
	near := venv(t, filepath.Join(root, "servers"))
	if got := r.Command("", "h", 80)[0]; got != near {
		t.Errorf("got %s, want the nearest, %s", got, near)
	}
}

// Names that differ in case and separators only are the same distribution.
func TestDistribution(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9]{1,4}`), 1, 4).Draw(r, "parts")
		separator := rapid.SampledFrom([]string{"-", "_", ".", "--", "_-."})
		name := parts[0]
		for _, p := range parts[1:] {
			name += separator.Draw(r, "separator") + p
		}
		if rapid.Bool().Draw(r, "upper") {
			name = strings.ToUpper(name)
		}
		if got, want := distribution(name), strings.Join(parts, "-"); got != want {
			r.Errorf("%s is %s, want %s", name, got, want)
		}
	})
}

func TestMissing(t *testing.T) {
	registry := []requirement{
		{"here", func(Server) (string, bool) { return "", false }, "make here"},
		{"gone", func(Server) (string, bool) { return "", true }, "make gone"},
		{"half", func(Server) (string, bool) { return "a wheel is off", true }, "make half"},
	}
	for requires, want := range map[string]string{
		"": "", "here": "", "here gone": "not installed: make gone", "half": "not installed: make half (a wheel is off)",
	} {
		s := Server{Requires: strings.Fields(requires)}
		if got := s.missing(registry); got != want {
			t.Errorf("%q: got %q, want %q", requires, got, want)
		}
	}
}
