package server

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// Read reads the description in a folder.
func Read(dir string) (Server, error) {
	file := filepath.Join(dir, File)
	src, err := os.ReadFile(file)
	if err != nil {
		return Server{}, fmt.Errorf("read server: %w", err)
	}
	return Decode(file, src)
}

// Decode reads a description; file is where it lies. The error is a
// strict.Problems that holds everything wrong with it.
func Decode(file string, src []byte) (Server, error) {
	doc := strict.Parse(file, src)
	s := Server{Source: file, Dir: absolute(filepath.Dir(file))}
	m := doc.Root().Map("name", "summary", "language", "build", "run", "service",
		"settings", "concurrency", "fanout", "client_pool", "routes", "requires", "packages")
	m.Need("name", "my-server").Name(&s.Name)
	m.Need("summary", "what is special about it, in a line").Text(&s.Summary)
	m.Need("language", "go").Text(&s.Language)
	s.Settings = decodeSettings(m.Get("settings"), decodeService(m.Get("service")))
	s.decodeCommands(m)
	s.decodeModel(m)
	s.Routes = decodeRoutes(m.Get("routes"))
	s.Requires = m.Get("requires").Names("requirement", requirementNames())
	s.decodePackages(m.Get("packages"))
	return s, doc.Err()
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// decodeCommands reads how the server is built and run: words separated by
// white space, no shell.
func (s *Server) decodeCommands(m strict.Map) {
	build, run := m.Get("build"), m.Need("run", `"{bin}"`)
	s.Build = decodeCommand(build, []string{PlaceBin})
	s.Run = decodeCommand(run, append(places(), s.SettingNames()...))
	if usesBin(s.Run) && !build.Present() {
		run.Note("run uses {bin}, but nothing builds it", "add build: go build -o {bin} .")
	}
	if build.Present() && s.Build != nil && !usesBin(s.Build) {
		build.Note("build does not say where the binary goes", "use {bin}, as in go build -o {bin} .")
	}
}

func usesBin(command []string) bool {
	return slices.ContainsFunc(command, func(w string) bool { return strings.Contains(w, "{"+PlaceBin+"}") })
}

func decodeCommand(n strict.Node, places []string) []string {
	var text string
	if !n.Text(&text) {
		return nil
	}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(places, match[1]) {
			n.Note(strict.Unknown("placeholder", match[1], places))
		}
	}
	return strings.Fields(text)
}

// decodeModel reads what the planner needs to know: how much is carried at once.
func (s *Server) decodeModel(m strict.Map) {
	counts := append([]string{PlaceProcesses}, s.intNames()...)
	s.Concurrency = m.Get("concurrency").Names("concurrency", counts)
	fanout := m.Need("fanout", contract.FanoutConcurrent)
	fanout.OneOf(&s.Fanout, append([]string{contract.FanoutSequential, contract.FanoutConcurrent},
		references(s.SettingNames())...)...)
	s.PoolPer = PerProvider
	pool := m.Get("client_pool")
	if pool.IsMap() { // the long form
		long := pool.Map("size", "per")
		long.Get("per").OneOf(&s.PoolPer, PerProvider, PerServer)
		pool = long.Need("size", "100")
	}
	if pool.Present() && !isCount(pool) {
		pool.OneOf(&s.ClientPool, references(s.intNames())...)
	} else {
		pool.Text(&s.ClientPool)
	}
}

func isCount(n strict.Node) bool {
	i, ok := n.Value().(int64)
	return ok && i > 0
}

// intNames lists the settings that are counts.
func (s *Server) intNames() []string {
	var names []string
	for _, c := range s.Settings {
		if c.Type == contract.TypeInt {
			names = append(names, c.Name)
		}
	}
	return names
}

// references are names as a description refers to them: "{name}".
func references(names []string) []string {
	refs := make([]string, len(names))
	for i, name := range names {
		refs[i] = "{" + name + "}"
	}
	return refs
}
