package server

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

const pool = `name: pool
summary: fixed workers
language: go
build: go build -o {bin} .
run: "{bin} --quiet --port {port}"
settings:
  workers: {}
  backlog: {default: 64}
  fanout: {}
  client: {oneof: [nethttp]}
  max_conns: {}
  work: {}
  fail: {}
  ballast: {}
  flavour: {env: MY_FLAVOUR, oneof: [sweet, sour]}
concurrency: [processes, workers]
fanout: "{fanout}"
client_pool: "{max_conns}"
`

func decoded(t *testing.T, src string) Server {
	t.Helper()
	s, err := Decode("dir/server.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestResolveDecidesEverything(t *testing.T) {
	s := decoded(t, pool)
	r, err := s.Resolve(map[string]string{"workers": "8", "work": "10ms", "fail": "1%", "ballast": "1MiB"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		contract.EnvProcesses: "2", contract.EnvWorkers: "8", contract.EnvBacklog: "64",
		contract.EnvFanout: contract.FanoutConcurrent, contract.EnvClient: contract.ClientNetHTTP,
		contract.EnvMaxConns: "8192", contract.EnvWork: "10ms", contract.EnvFail: "0.01",
		contract.EnvBallast: "1048576",
	}
	if !reflect.DeepEqual(r.Env, env) {
		t.Errorf("environment %v\nwant %v", r.Env, env)
	}
	if r.Blocking != 16 || r.Fanout != contract.FanoutConcurrent || r.ClientPool != 8192 {
		t.Errorf("blocking %d, fan-out %s, client pool %d", r.Blocking, r.Fanout, r.ClientPool)
	}
	if r.Duration("work") != 10*time.Millisecond || r.Duration("hold") != 0 {
		t.Errorf("work %v, hold %v", r.Duration("work"), r.Duration("hold"))
	}
	if _, set := r.Settings["flavour"]; set {
		t.Error("a setting without a default and not set has a value")
	}
	want := []string{"/tmp/pool", "--quiet", "--port", "8080"}
	if got := r.Command("/tmp/pool", "127.0.0.1", 8080); !slices.Equal(got, want) {
		t.Errorf("command %q, want %q", got, want)
	}
	if got := s.BuildCommand("/tmp/pool"); !slices.Equal(got, []string{"go", "build", "-o", "/tmp/pool", "."}) {
		t.Errorf("build command %q", got)
	}
}

func TestUnboundedServer(t *testing.T) {
	s := decoded(t, "name: a\nsummary: b\nlanguage: go\nrun: python3 app.py {port}\nfanout: sequential\n")
	r, err := s.Resolve(nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Blocking != 0 || r.ClientPool != 0 || r.Fanout != contract.FanoutSequential ||
		s.BuildCommand("x") != nil {
		t.Errorf("got %+v", r)
	}
}

// A client pool may be one for all providers, as the session of an HTTP library is.
func TestClientPool(t *testing.T) {
	for text, want := range map[string]string{
		`"{max_conns}"`: PerProvider, `{size: "{max_conns}"}`: PerProvider,
		`{size: "{max_conns}", per: server}`: PerServer, `{size: 8192, per: provider}`: PerProvider,
	} {
		s := decoded(t, strings.Replace(pool, `"{max_conns}"`, text, 1))
		if r, err := s.Resolve(nil, 1); err != nil || r.ClientPool != 8192 || s.PoolPer != want {
			t.Errorf("%s: %d per %s, %v", text, r.ClientPool, s.PoolPer, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	s := decoded(t, pool)
	_, err := s.Resolve(map[string]string{
		"worker": "4", "workers": "-4", "work": "10", "fail": "2", "client": "fasthttp", "ballast": "x",
		"flavour": "salty",
	}, 1)
	for _, want := range []string{
		`server pool: unknown setting "worker": did you mean "workers"? (valid: workers, backlog,`,
		`server pool: workers: -4 is negative: write 0 or more`,
		`server pool: work: "10" has no unit: write 10ms or 10s`,
		`server pool: fail: share 2 is out of range`,
		`server pool: client: unknown value "fasthttp": valid: nethttp`,
		`server pool: ballast: "x" is not a size`,
		`server pool: flavour: unknown value "salty": valid: sweet, sour`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant … %s …", err, want)
		}
	}
	if n := len(strings.Split(err.Error(), "\n")); n != 7 {
		t.Errorf("%d problems:\n%v", n, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"build: go build -o {bin} .", "",
			`5:6: run uses {bin}, but nothing builds it: add build: go build -o {bin} .`},
		{"-o {bin}", "-o pool", `4:8: build does not say where the binary goes`},
		{"{port}", "{prot}", `5:6: unknown placeholder "prot": did you mean "port"?`},
		{"[processes, workers]", "[processes, wokers]",
			`16:26: unknown concurrency "wokers": did you mean "workers"?`},
		{"[processes, workers]", "[workers, workers]", `concurrency workers is repeated: name it once`},
		{`fanout: "{fanout}"`, "fanout: parallel",
			`17:9: unknown fanout "parallel": valid: sequential, concurrent,`},
		{`client_pool: "{max_conns}"`, "client_pool: 0", `unknown client_pool "0"`},
		{`client_pool: "{max_conns}"`, `client_pool: {size: 1, per: host}`, `unknown client_pool.per "host": valid: provider, server`},
		{`client_pool: "{max_conns}"`, `client_pool: {per: server}`, `missing key client_pool.size`},
		{"workers: {}", "workers: {type: itn}", `unknown settings.workers.type "itn": did you mean "int"?`},
		{"default: 64", "default: many", `8:22: default of backlog: "many" is not a whole number`},
		{"env: MY_FLAVOUR", "env: my-flavour", `"my-flavour" is not a variable name`},
		{"env: MY_FLAVOUR", "env: NOTIFY_WORKERS",
			`settings workers and flavour share the variable NOTIFY_WORKERS`},
		{"env: MY_FLAVOUR, ", "", `missing key settings.flavour.env`},
		{"max_conns: {}", "max_conns: {oneof: [1]}",
			`only a text has a list of valid values, and max_conns is of type int`},
		{"flavour:", "processes:", `"processes" cannot name a setting`},
		{"language: go", "requires: [cobol]", `unknown requirement "cobol": valid: python`},
		{"name: pool", "name: The Pool", `1:7: "The Pool" is not a simple name`},
	} {
		src := strings.Replace(pool, c.old, c.new, 1)
		if src == pool {
			t.Fatalf("%q does not occur", c.old)
		}
		_, err := Decode("server.yaml", []byte(src))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant … %s …", c.new, err, c.want)
		}
	}
}

func write(t *testing.T, dir, src string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, File), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "many", "pool"), pool)
	write(t, filepath.Join(root, "many", "apple"), strings.Replace(pool, "name: pool", "name: apple", 1))
	write(t, filepath.Join(root, "one"), strings.Replace(pool, "name: pool", "name: zebra", 1))
	if err := os.MkdirAll(filepath.Join(root, "many", "internal"), 0o755); err != nil {
		t.Fatal(err)
	}
	found, err := Find([]string{filepath.Join(root, "one"), filepath.Join(root, "many"),
		filepath.Join(root, "one")})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(found); !slices.Equal(got, []string{"apple", "pool", "zebra"}) {
		t.Errorf("got %v", got)
	}
	write(t, filepath.Join(root, "one"), pool)
	if _, err := Find([]string{filepath.Join(root, "one"), filepath.Join(root, "many")}); err == nil ||
		!strings.Contains(err.Error(), `the name "pool" is taken by`) {
		t.Errorf("a name twice: %v", err)
	}
	for _, dir := range []string{filepath.Join(root, "nowhere"), filepath.Join(root, "many", "internal")} {
		if _, err := Find([]string{dir}); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestBindReportsAllWithPlaces(t *testing.T) {
	sc, err := scenario.Decode("x.yaml", []byte(`title: t
providers: {email: {latency: 200ms}}
loads: {r: 10/s}
servers:
  - pol
  - {name: pool, set: {workers: four}}
  - name: pool
    label: other
    set:
      fanuot: sequential
  - {name: pool, label: good, processes: 2}
`))
	if err != nil {
		t.Fatal(err)
	}
	servers := []Server{decoded(t, pool)}
	_, err = Bind(sc, servers)
	var problems strict.Problems
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatalf("got %v", err)
	}
	for i, want := range []string{
		`x.yaml:5:5: unknown server "pol": did you mean "pool"? (valid: pool)`,
		`x.yaml:6:24: server pool: workers: "four" is not a whole number: write digits only, such as 4`,
		`x.yaml:10:7: server pool: unknown setting "fanuot": did you mean "fanout"? (valid: workers,`,
	} {
		if !strings.HasPrefix(problems[i].String(), want) {
			t.Errorf("\n got %v\nwant %s", problems[i], want)
		}
	}
	sc.Servers = sc.Servers[3:]
	bound, err := Bind(sc, servers)
	if err != nil || len(bound) != 1 || bound[0].Row.Label != "good" || bound[0].Resolved.Blocking != 8 {
		t.Errorf("got %+v, %v", bound, err)
	}
}

// Every committed scenario fits the committed servers.
func TestCommittedScenariosBind(t *testing.T) {
	servers, err := Find([]string{"../../servers"})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := scenario.List("../../scenarios")
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d scenarios, %v", len(entries), err)
	}
	for _, e := range entries {
		sc, err := scenario.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Bind(sc, servers); err != nil {
			t.Error(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(pool)
	f.Add(full)
	f.Add("name: a\nsummary: b\nlanguage: go\nrun: x\nfanout: sequential\n" +
		"settings: {a: {env: A, type: share, default: 1%}}\n")
	f.Fuzz(func(t *testing.T, src string) {
		s, err := Decode("server.yaml", []byte(src))
		if err != nil {
			return
		}
		r, err := s.Resolve(nil, 1)
		if err == nil && (r.Blocking < 0 || r.ClientPool < 0 || len(r.Command("bin", "h", 1)) == 0) {
			t.Errorf("got %+v", r)
		}
	})
}
