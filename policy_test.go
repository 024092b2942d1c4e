// Package notifybench_test holds the walls of the house: which package may
// import which, and why. See the package map in README.md.
package notifybench_test

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

const module = "github.com/notifybench/notifybench/"

// pkg is what go list says of a package; paths are relative to the module.
type pkg struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func (p pkg) path() string { return strings.TrimPrefix(p.ImportPath, module) }

// all are the imports, those of the tests included.
func (p pkg) all() []string { return slices.Concat(p.Imports, p.TestImports, p.XTestImports) }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// TestEngineWalls: each engine package is known to the few that need it, so that
// it can be replaced and so that a server carries nothing of the harness.
func TestEngineWalls(t *testing.T) {
	walls := map[string][]string{
		"github.com/tsenart/vegeta/": {"internal/attack", "internal/record"},
		"gonum.org/v1/plot":          {"internal/chart"},
		"github.com/gin-gonic/gin":   {"servers/gin"},
		"github.com/valyala/fasthttp": {
			"servers/fasthttp", "servers/internal/provider", "mockproviders",
		},
		"modernc.org/sqlite": {"servers/internal/store"},
		// servers/micro is about the drivers themselves: the store and the cache would hide them.
		"github.com/jackc/pgx/":           {"servers/internal/store", "servers/micro", "internal/run", "servers"},
		"github.com/redis/go-redis/":      {"servers/internal/cache", "servers/micro"},
		"github.com/alicebob/miniredis/":  {"servers/internal/cache"},
		"github.com/hashicorp/golang-lru": {"servers/internal/cache"},
		"golang.org/x/perf/":              {"internal/gateset"},
	}
	for _, p := range packages(t) {
		for _, imported := range p.all() {
			for engine, allowed := range walls {
				if strings.HasPrefix(imported, engine) && !slices.Contains(allowed, p.path()) {
					t.Errorf("%s imports %s: only %v may", p.path(), imported, allowed)
				}
			}
		}
	}
}

// sides are the two halves of the hourglass; record and contract lie between.
var sides = map[string]string{
	"internal/strict": "left", "internal/scenario": "left", "internal/server": "left",
	"internal/shape": "left", "internal/plan": "left", "internal/proc": "left",
	"internal/sample": "left", "internal/attack": "left", "internal/run": "left",
	"internal/machine": "left", "internal/doctor": "left", "internal/build": "left",
	"internal/trees": "left", "internal/policy": "left",
	// selftest judges the meters themselves, not a record: it starts what it
	// measures, as the left does. stats is pure arithmetic and serves both.
	"internal/selftest": "left", "internal/stats": "both", "internal/stamp": "both",
	"internal/metric": "right", "internal/chart": "right",
	"internal/report": "right", "internal/claim": "right", "internal/claimset": "right",
	"internal/migrate": "right", "internal/compare": "right", "internal/gateset": "right",
	"internal/record": "waist", "internal/contract": "both", "internal/latency": "both",
	"internal/burn": "both", "internal/steady": "both", "internal/capacity": "both",
	"internal/solve": "both", "internal/gate": "both", "internal/gatetest": "both",
}

// room is the package under internal/ to which a path belongs: helpers for its
// tests live below it.
func room(path string) string {
	parts := strings.SplitN(path, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// TestHourglass: running and analysing meet in the record and nowhere else.
func TestHourglass(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.path(), "internal/") {
			continue
		}
		side, known := sides[room(p.path())]
		if !known {
			t.Errorf("%s is on no side of the hourglass: add it to this test", p.path())
		}
		for _, imported := range p.Imports {
			other, ours := sides[room(strings.TrimPrefix(imported, module))]
			if !ours {
				continue
			}
			if side == "left" && other == "right" || side == "right" && other == "left" ||
				side == "waist" && (other == "left" || other == "right") || side == "both" && other != "both" {
				t.Errorf("%s (%s) imports %s (%s)", p.path(), side, imported, other)
			}
		}
	}
}

// TestProcessBoundary: the harness, the servers and the providers meet over a
// process boundary, and share only what crosses it.
func TestProcessBoundary(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.all() {
			to, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			switch {
			case strings.HasPrefix(p.path()+"/", "servers/"):
				if !strings.HasPrefix(to, "servers/") && to != "internal/contract" && to != "internal/burn" &&
					!(to == "mockproviders" && !slices.Contains(p.Imports, imported)) {
					t.Errorf("%s imports %s: a server shares only contract and burn with the harness", p.path(), to)
				}
			case p.path() == "mockproviders":
				if to != "internal/contract" && to != "internal/latency" {
					t.Errorf("mockproviders imports %s: the providers share only contract and latency", to)
				}
			case strings.HasPrefix(to, "servers/"):
				t.Errorf("%s imports %s: the harness never imports a server", p.path(), to)
			case to == "mockproviders" && p.path() != "cmd/notifybench":
				t.Errorf("%s imports mockproviders: only the command that runs it may", p.path())
			}
		}
	}
}

// TestPureTestsOnlyCompute: what "make test" runs side by side measures nothing and
// starts nothing that could be in the way of what does.
func TestPureTestsOnlyCompute(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(makefile), "\nPURE := $(addsuffix /...,$(wildcard $(addprefix ./internal/,")
	list, _, closed := strings.Cut(list, ")")
	if !found || !closed {
		t.Fatal("no list of pure packages in the Makefile")
	}
	pure := strings.Fields(strings.ReplaceAll(list, "\\", ""))
	for _, p := range packages(t) {
		if !slices.Contains(pure, strings.TrimPrefix(room(p.path()), "internal/")) {
			continue
		}
		for _, imported := range p.all() {
			if slices.Contains([]string{"net", "net/http", "os/exec", "syscall"}, imported) {
				t.Errorf("%s imports %s: take it off PURE in the Makefile", p.path(), imported)
			}
		}
	}
}

// TestPackageComments: every package says what it is, once.
func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		comments := 0
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil {
				comments++
			}
		}
		if len(p.GoFiles) > 0 && comments != 1 {
			t.Errorf("%s has %d package comments instead of one", p.path(), comments)
		}
	}
}

// maxLines is the length beyond which a file is more than one thing.
const maxLines = 300

// TestFileLength keeps files readable.
func TestFileLength(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		if n := strings.Count(string(data), "\n"); n > maxLines {
			t.Errorf("%s has %d lines, more than %d: is it one thing?", path, n, maxLines)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSettingsAreDocumented: what a scenario may set is in the documentation of the
// service, with its variable and its default.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("docs/service.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range contract.Settings() {
		row := "| `" + s.Name + "` | `" + s.Env + "` | `" + s.Default + "` | " + s.Help
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/service.md has no row that begins %q", row)
		}
	}
}
