package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// surroundings are what init finds where it writes: what the templates are filled with.
type surroundings struct {
	Name     string   // of the service, a simple name
	Language string   // "go", or what is to be replaced
	Build    string   // command in the folder of the server.yaml; empty: unknown
	Others   []string // builds of other programs there are
}

// maxServiceName leaves room for what is appended to it.
const maxServiceName = 40

// lookAround finds the Go programs of a folder: its own, and those below cmd/. A name that
// is given goes before that of the program.
func lookAround(dir, name string) (surroundings, error) {
	s := surroundings{Name: name, Language: "unknown"}
	info, err := os.Stat(dir)
	if err != nil {
		return s, fmt.Errorf("look at the folder to write into: %w", err)
	}
	if !info.IsDir() {
		return s, fmt.Errorf("%s is no folder: name the one of your service", dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return s, err
	}
	guess := filepath.Base(abs)
	module, err := moduleOf(filepath.Join(dir, "go.mod"))
	if err != nil {
		return s, err
	}
	if module != "" {
		s.Language, guess = "go", lastElement(module)
		for i, program := range programs(dir) {
			command := "go build -o {bin} " + path.Join("../../..", program)
			if i > 0 {
				s.Others = append(s.Others, command)
				continue
			}
			s.Build = command
			if program != "." {
				guess = path.Base(program)
			}
		}
	}
	if s.Name == "" {
		s.Name = simpleName(guess)
	}
	return s, nil
}

// moduleOf is the path of the module; empty where there is none.
func moduleOf(file string) (string, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the module: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) >= 2 && words[0] == "module" {
			return strings.Trim(words[1], "\"`"), nil
		}
	}
	return "", lines.Err()
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// lastElement of a module's path that is a name: a major version is none.
func lastElement(module string) string {
	if dir := path.Dir(module); majorVersion.MatchString(path.Base(module)) && dir != "." {
		return path.Base(dir)
	}
	return path.Base(module)
}

// plainFolder is a name that a command without a shell can carry.
var plainFolder = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// programs lists the folders that hold a program, relative to dir: "." and "cmd/mailer".
// What is for another system, or left out by a constraint, is none.
func programs(dir string) (found []string) {
	candidates := []string{"."}
	entries, _ := os.ReadDir(filepath.Join(dir, "cmd")) // no such folder: no candidates
	for _, e := range entries {
		if plainFolder.MatchString(e.Name()) {
			candidates = append(candidates, path.Join("cmd", e.Name()))
		}
	}
	for _, c := range candidates {
		p, err := build.ImportDir(filepath.Join(dir, filepath.FromSlash(c)), 0)
		if err == nil && p.IsCommand() {
			found = append(found, c)
		}
	}
	return found
}

// simpleName makes one of any text.
func simpleName(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	name := strings.Join(words, "-")
	name = strings.Trim(name[:min(len(name), maxServiceName)], "-")
	if name == "" {
		return "service"
	}
	return name
}
