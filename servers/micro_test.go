package servers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/notifybench/notifybench/internal/contract"
)

// microPrograms are the programs with a route for each mechanism, and what runs each.
func microPrograms() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{"micro": goMicro, "python-micro": pythonMicro}
}

func goMicro(t *testing.T) string {
	bin := filepath.Join(t.TempDir(), "micro")
	args := append(append([]string{"build"}, raceFlags()...), "-o", bin, "./micro")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("build micro: %v\n%s", err, out)
	}
	return bin
}

// pythonMicro is a script that becomes the program.
func pythonMicro(t *testing.T) string {
	python, err := filepath.Abs("../.venv/bin/python")
	if _, missing := os.Stat(python); err != nil || missing != nil {
		t.Skip("not installed: make python")
	}
	program, err := filepath.Abs("python-micro/run.py")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "python-micro")
	script := fmt.Sprintf("#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 exec '%s' '%s'\n", python, program)
	if err := os.WriteFile(bin, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return bin
}

// Of every request of the cases.
const (
	microDevices = 25
	microQueries = 3
)

// micro is a program under test, with providers that do what the case wants.
type micro struct {
	*program
	t      *testing.T // of the case
	path   string
	schema string
	fakes  providers
	react  map[string]*atomic.Pointer[reaction]
}

// microCase drives one route.
type microCase struct {
	run   func(*micro)
	needs string // a variable without which it is skipped
}

// microCases are the cases by route: a path means the same in every program.
func microCases() map[string]microCase {
	return map[string]microCase{
		"/trivial":        {run: (*micro).callsNothing},
		"/gather":         {run: func(m *micro) { m.fansOut(microDevices) }},
		"/sequential":     {run: func(m *micro) { m.fansOut(1) }},
		"/bounded":        {run: func(m *micro) { m.fansOut(10) }},
		"/threads":        {run: func(m *micro) { m.fansOut(10) }},
		"/blocking/sleep": {run: (*micro).callsNothing},
		"/blocking/await": {run: (*micro).callsNothing},
		"/cpu/serial":     {run: (*micro).computes},
		"/cpu/gather":     {run: (*micro).computes},
		"/cpu/to-thread":  {run: (*micro).computes},
		"/cpu/processes":  {run: (*micro).computes},
		"/taskgroup":      {run: (*micro).cancels},
		"/gather-all":     {run: (*micro).waitsForAll},
		"/retry":          {run: (*micro).retries},
		"/pg/one":         {run: (*micro).callsNothing, needs: contract.EnvDatabaseURL},
		"/pg/psycopg2":    {run: (*micro).callsNothing, needs: contract.EnvDatabaseURL},
		"/pg/pool":        {run: (*micro).callsNothing, needs: contract.EnvDatabaseURL},
		"/pg/asyncpg":     {run: (*micro).callsNothing, needs: contract.EnvDatabaseURL},
		"/pg/single":      {run: (*micro).writes, needs: contract.EnvDatabaseURL},
		"/pg/batch":       {run: (*micro).writes, needs: contract.EnvDatabaseURL},
		"/pg/executemany": {run: (*micro).writes, needs: contract.EnvDatabaseURL},
		"/redis/sync":     {run: (*micro).callsNothing, needs: contract.EnvRedisURL},
		"/redis/async":    {run: (*micro).callsNothing, needs: contract.EnvRedisURL},
	}
}

func TestMicro(t *testing.T) {
	for name, binary := range microPrograms() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := startMicro(t, binary(t))
			for _, path := range routesOf(t, name) {
				c, known := microCases()[path]
				t.Run(path, func(t *testing.T) {
					switch {
					case !known:
						t.Fatal("no case drives this route")
					case c.needs != "":
						fromEnvironment(t, c.needs)
					}
					m.t, m.program.t, m.path = t, t, path
					if status, answer := m.ask(http.MethodGet, ""); status != http.StatusMethodNotAllowed {
						t.Errorf("GET is answered %d %+v", status, answer)
					}
					m.forget()
					c.run(m)
				})
			}
			m.t, m.program.t = t, t
			m.signal(syscall.SIGTERM)
			if code := m.exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// routesOf are the routes of a server.yaml.
func routesOf(t *testing.T, program string) (paths []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(program, "server.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Routes yaml.MapSlice }
	if err := yaml.Unmarshal(text, &file); err != nil || len(file.Routes) == 0 {
		t.Fatalf("%d routes: %v", len(file.Routes), err)
	}
	for _, r := range file.Routes {
		paths = append(paths, r.Key.(string))
	}
	return paths
}

func startMicro(t *testing.T, binary string) *micro {
	m := &micro{t: t, schema: fmt.Sprintf("test_%x", rand.Uint64()), fakes: providers{}, react: map[string]*atomic.Pointer[reaction]{}}
	for _, channel := range contract.Channels() {
		now := new(atomic.Pointer[reaction])
		m.react[channel], m.fakes[channel] = now, newFake(t, func(w http.ResponseWriter, r *http.Request) { (*now.Load())(w, r) })
	}
	env := append(m.fakes.env(), "NOTIFY_N=1000", fmt.Sprintf("NOTIFY_QUERIES=%d", microQueries), contract.EnvSchema+"="+m.schema)
	for _, name := range []string{contract.EnvDatabaseURL, contract.EnvRedisURL} {
		env = append(env, name+"="+os.Getenv(name))
	}
	t.Cleanup(func() {
		if err := dropSchema(m.schema); err != nil {
			t.Error(err)
		}
	})
	m.program = run(t, binary, env...)
	return m
}

// forget makes the providers accept, as if nobody had called them.
func (m *micro) forget() {
	for channel, f := range m.fakes {
		m.provider(channel, accept)
		f.mu.Lock()
		f.calls, f.requests, f.peak = nil, nil, 0
		f.mu.Unlock()
	}
}

func (m *micro) provider(channel string, react reaction) { m.react[channel].Store(&react) }

// ask sends a body to the route.
func (m *micro) ask(method, body string) (status int, a contract.Answer) {
	m.t.Helper()
	req, err := http.NewRequest(method, "http://"+m.addr+m.path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	res, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	if json.Unmarshal(data, &a) != nil {
		a.ID = string(data)
	}
	return res.StatusCode, a
}

// notify sends a notification to the route.
func (m *micro) notify(n contract.Notification) (status int, a contract.Answer) {
	m.t.Helper()
	return m.ask(http.MethodPost, encode(n))
}
