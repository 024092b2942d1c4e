package server

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/strict"
)

// Package is a distribution that a Python program needs, in the one version that it is
// measured with.
type Package struct{ Name, Version string }

const (
	venvFolder       = ".venv"            // of a virtual environment
	requirementsFile = "requirements.txt" // of the versions that are pinned
	makePython       = "make python"      // the command that makes the virtual environment
)

// requiresPython is the requirement of a program in Python.
const requiresPython = "python"

// above looks for a path in a folder and in those above it; "" where none has it.
func above(dir, path string) string {
	for {
		found := filepath.Join(dir, path)
		if _, err := os.Stat(found); err == nil {
			return found
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// venvPython is the interpreter of the nearest virtual environment of a folder; ""
// where there is none, or where it has lost the Python it was made with.
func venvPython(dir string) string {
	return above(dir, filepath.Join(venvFolder, "bin", "python"))
}

// Venv is the folder of the virtual environment that runs a program in Python; empty for
// any other program, and where there is none.
func (s Server) Venv() string {
	uses := func(word string) bool { return strings.Contains(word, "{"+PlacePython+"}") }
	if !slices.ContainsFunc(s.Run, uses) || venvPython(s.Dir) == "" {
		return ""
	}
	return filepath.Dir(filepath.Dir(venvPython(s.Dir)))
}

// python is the interpreter that runs a program of a folder.
func python(dir string) string {
	if p := venvPython(dir); p != "" {
		return p
	}
	return "python3"
}

// decodePackages reads the names of distributions; their versions are those that the
// nearest requirements.txt pins.
func (s *Server) decodePackages(n strict.Node) {
	if !n.Present() {
		return
	}
	if !slices.Contains(s.Requires, requiresPython) {
		n.Note("packages are of Python", "add requires: ["+requiresPython+"]")
	}
	file := above(s.Dir, requirementsFile)
	pins := map[string]Package{}
	if file != "" {
		var err error
		if pins, err = readPins(file); err != nil {
			n.Note(err.Error(), "mend that file")
			return
		}
	}
	for _, item := range n.List("write a list such as [Flask, gunicorn]") {
		var name string
		if !item.Text(&name) {
			continue
		}
		pin, known := pins[distribution(name)]
		switch {
		case file == "":
			item.Notef("write one beside "+File+" or above it, with "+name+"==VERSION",
				"package %q is not pinned: there is no %s", name, requirementsFile)
		case !known:
			_, valid := strict.Unknown("package", name, pinned(pins))
			item.Notef("add "+name+"==VERSION there, or "+valid, "package %q is not pinned in %s", name, file)
		case slices.Contains(s.Packages, pin):
			item.Notef("name it once", "package %s is repeated", name)
		default:
			s.Packages = append(s.Packages, pin)
		}
	}
}

// pinned are the names that are pinned.
func pinned(pins map[string]Package) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(pins)) {
		all = append(all, pins[key].Name)
	}
	return all
}

// pin is "name==version", perhaps with extras, conditions or a remark that we need not
// know.
var pin = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?\s*==\s*([^\s;#*]+)\s*(?:[;#].*)?$`)

// readPins reads the pinned distributions of a requirements.txt by their keys; lines
// that pin nothing are passed over.
func readPins(file string) (map[string]Package, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read pinned versions: %w", err)
	}
	defer f.Close()
	pins := map[string]Package{}
	lines := bufio.NewScanner(io.LimitReader(f, 1<<20))
	for lines.Scan() {
		if m := pin.FindStringSubmatch(strings.TrimSpace(lines.Text())); m != nil {
			pins[distribution(m[1])] = Package{Name: m[1], Version: m[2]}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read pinned versions of %s: %w", file, err)
	}
	return pins, nil
}

var separators = regexp.MustCompile(`[-_.]+`)

// distribution is the key of a name: "Typing.Extensions" and "typing_extensions" are
// the same distribution (PyPA, Names and normalization).
func distribution(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

// installed are the versions in a virtual environment, by the key of the distribution:
// each has a folder NAME-VERSION.dist-info.
func installed(python string) map[string][]string {
	venv := os.DirFS(filepath.Dir(filepath.Dir(python)))
	folders, err := fs.Glob(venv, "lib/python*/site-packages/*.dist-info")
	if err != nil {
		return nil // the pattern is well formed
	}
	found := map[string][]string{}
	for _, folder := range folders {
		base := strings.TrimSuffix(filepath.Base(folder), ".dist-info")
		if i := strings.LastIndexByte(base, '-'); i > 0 {
			key := distribution(base[:i])
			found[key] = append(found[key], base[i+1:])
		}
	}
	return found
}

// lacksPython says what a program in Python lacks. One that needs no package does with
// any Python.
func lacksPython(s Server) (what string, lacking bool) {
	python := venvPython(s.Dir)
	if python == "" {
		return "", len(s.Packages) > 0 || !onPath("python3")
	}
	found := installed(python)
	for _, p := range s.Packages {
		versions := found[distribution(p.Name)]
		if len(versions) == 0 {
			return p.Name + " " + p.Version + " is missing", true
		}
		for _, v := range versions {
			if v != p.Version {
				return p.Name + " is " + v + ", " + p.Version + " wanted", true
			}
		}
	}
	return "", false
}
