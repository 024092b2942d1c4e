package run

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
)

// The test binary plays a service, by this variable; by its name it plays a server.
const serviceVariable = "RUN_TEST_SERVICE"

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == proc.GuardianArg:
		if err := proc.Guard(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case filepath.Base(os.Args[0]) == prebuilt:
		serveHealth()
	case os.Getenv(serviceVariable) != "":
		serve()
	default:
		os.Exit(m.Run())
	}
}

// serve listens, says where, and ends with its input.
func serve() {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		os.Exit(3)
	}
	fmt.Println(l.Addr())
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
	l.Close()
}

// service starts one, and returns its process, its address and what ends it.
func service(t *testing.T) (pid int, address string, end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serviceVariable+"=1")
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	end = func() {
		in.Close()
		_ = cmd.Wait() // the second time it has ended already
	}
	t.Cleanup(end)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid, strings.TrimSpace(line), end
}

// find finds the services of a row that has them at these URLs; empty: it has not.
func find(t *testing.T, database, cache string) backing {
	t.Helper()
	if _, err := sample.ProcessCPU(os.Getpid()); err != nil {
		t.Skip(err)
	}
	env := map[string]string{contract.EnvDatabaseURL: database, contract.EnvRedisURL: cache}
	var names []string
	for _, name := range []string{contract.EnvDatabaseURL, contract.EnvRedisURL} {
		if env[name] != "" {
			names = append(names, name)
		}
	}
	return findBacking(names, func(name string) string { return env[name] })
}

func TestFindBacking(t *testing.T) {
	pid, address, end := service(t)
	other, elsewhere, _ := service(t)
	_, port, _ := net.SplitHostPort(address)
	for _, c := range []struct {
		database, cache string
		pids            []int
		why             string
	}{
		{"", "", nil, ""},
		{"postgres://ann:x@" + address + "/notify", "", []int{pid}, ""},
		{"postgres://ann:x@localhost:" + port + "/notify", "", []int{pid}, ""},
		{"postgres://ann:x@[::ffff:127.0.0.1]:" + port + "/notify", "", []int{pid}, ""},
		{"postgres://ann:x@" + address, "redis://" + elsewhere, []int{pid, other}, ""},
		{"postgres://ann:x@" + address, "redis://" + address, []int{pid}, ""}, // a proxy of both
		{"postgres://ann:x@" + address, "redis://10.1.2.3", []int{pid}, "REDIS_URL: not at a loopback address"},
	} {
		b := find(t, c.database, c.cache)
		if !slices.Equal(b.pids, c.pids) || b.why != c.why || len(b.programs) != len(c.pids) {
			t.Errorf("%s %s: %+v, want %v, %q", c.database, c.cache, b, c.pids, c.why)
		}
	}
	end()
	if b := find(t, "postgres://"+address, ""); b.pids != nil || !strings.HasSuffix(b.why, "nobody listens") {
		t.Errorf("after its end: %+v", b)
	}
}

// What listens may not be what has started us: our own CPU would count twice.
func TestBackingIsNotOurselves(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if b := find(t, "postgres://"+l.Addr().String(), ""); b.pids != nil || b.why == "" {
		t.Errorf("%+v", b)
	}
}

func TestLoopbackOf(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://127.0.0.1/notify":             "[127.0.0.1:5432]",
		"postgresql://127.0.0.1":                  "[127.0.0.1:5432]",
		"redis://:x@127.3.2.1":                    "[127.3.2.1:6379]",
		"rediss://[::1]:7000/0":                   "[[::1]:7000]",
		"redis://localhost:7000":                  "[127.0.0.1:7000 [::1]:7000]",
		"postgres://db.example.org":               "not at a loopback address",
		"postgres://10.0.0.1":                     "not at a loopback address",
		"postgres://0.0.0.0":                      "not at a loopback address",
		"postgres://127.0.0.1:1,127.0.0.1:2":      "not at a loopback address",
		"postgres:///notify?host=/run/postgresql": "no URL with a host",
		"postgres://127.0.0.1/?host=db":           "no URL with a host",
		"unix:///run/redis.sock":                  "no URL with a host",
		"host=127.0.0.1 user=ann password=x":      "no URL with a host",
		"nothing://127.0.0.1":                     "no URL with a port",
		"redis://127.0.0.1:0":                     "no URL with a port",
		"redis://127.0.0.1:70000":                 "no URL with a port",
		"":                                        "no URL with a host",
	} {
		addresses, err := loopbackOf(text)
		if got := fmt.Sprint(addresses); err == nil && got != want || err != nil && err.Error() != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}

// Why a service was not found goes into the record: no part of a URL that may be a
// secret is in it.
func TestPasswordsAreNotInTheReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := "s3cret" + rapid.StringMatching(`[a-zA-Z0-9%@:/?#&=!*+ -]{0,12}`).Draw(t, "secret")
		if rapid.Bool().Draw(t, "escaped") {
			secret = url.QueryEscape(secret)
		}
		for _, text := range []string{
			"postgres://ann:" + secret + "@127.0.0.1:1/notify", "postgres://" + secret, "redis://:" + secret + "@127.0.0.1:1",
			"host=db user=ann password=" + secret, "postgres://127.0.0.1:1/?password=" + secret,
		} {
			b := findBacking([]string{contract.EnvDatabaseURL}, func(string) string { return text })
			if b.why == "" || strings.Contains(b.why, "s3cret") {
				t.Fatalf("%s: %q", text, b.why)
			}
		}
	})
}

// edges are two readings of a meter on a machine that was busy for so long in between,
// in part for the services of the row.
func edges(m *meter, busy, backing time.Duration) (last reading) {
	m.first = reading{serverOK: true, loadOK: true, machineOK: true, backingOK: true}
	last = m.first
	last.machine = sample.Machine{Busy: busy, Idle: 20*time.Second - busy}
	last.backing = backing
	return last
}

// What the services used is known, and no other program's: each second of it is one
// less of the others.
func TestBackingIsNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		busy := time.Duration(rapid.Int64Range(0, int64(20*time.Second)).Draw(t, "busy"))
		used := time.Duration(rapid.Int64Range(0, int64(20*time.Second)).Draw(t, "used"))
		m := &meter{ps: &parties{backing: backing{pids: []int{1}, programs: []string{"postgres"}}}}
		m.backing = m.ps.backing.trees()
		for range rapid.IntRange(0, 2).Draw(t, "waiting") { // in a block of slices too
			m.ps.others = append(m.ps.others, &parties{})
		}
		var out record.Cell
		last := edges(m, busy, used)
		m.services(&out, last)
		m.machine(&out, last)
		if want := float64(busy-used) / float64(20*time.Second); *out.Machine.Other != want || *out.Machine.BackingCPU != used ||
			len(out.Machine.BackingPrograms) != 1 || out.Machine.BackingWhy != "" {
			t.Fatalf("%v busy, %v of it for the services: %+v", busy, used, out.Machine)
		}
	})
}

// Where it is not known, it stays with the others, and the record says so.
func TestUnknownBackingIsOther(t *testing.T) {
	for _, c := range []struct {
		b    backing
		lose func(m *meter, last *reading)
		why  string
	}{
		{backing{}, func(*meter, *reading) {}, ""},
		{backing{why: "REDIS_URL: nobody listens"}, func(*meter, *reading) {}, "REDIS_URL: nobody listens"},
		{backing{pids: []int{1}, programs: []string{"postgres"}}, func(m *meter, _ *reading) { m.first.backingOK = false }, "postgres: a process has gone"},
		{backing{pids: []int{1}, programs: []string{"postgres"}}, func(_ *meter, last *reading) { last.backingOK = false }, "postgres: a process has gone"},
		{backing{pids: []int{1}, why: "x"}, func(_ *meter, last *reading) { last.backing = -1 }, "x; "},
	} {
		m := &meter{ps: &parties{backing: c.b}}
		m.backing = c.b.trees()
		var out record.Cell
		last := edges(m, 5*time.Second, time.Second)
		c.lose(m, &last)
		m.services(&out, last)
		m.machine(&out, last)
		if out.Machine.BackingCPU != nil || *out.Machine.Other != 0.25 || !strings.HasPrefix(out.Machine.BackingWhy, c.why) ||
			(out.Machine.BackingWhy == "") != (c.why == "") {
			t.Errorf("%+v: %+v", c.b, out.Machine)
		}
	}
}

// With a database at hand: what a connection has cost is counted, also once it is
// closed and the process that served it has ended.
func TestCPUOfAClosedConnectionIsCounted(t *testing.T) {
	address := os.Getenv(contract.EnvDatabaseURL)
	if address == "" {
		t.Skip("not installed: scripts/services.sh start (and set " + contract.EnvDatabaseURL + " to what it prints)")
	}
	b := find(t, address, "")
	if len(b.pids) != 1 || b.why != "" {
		t.Fatalf("%+v", b)
	}
	m := &meter{backing: b.trees()}
	before, err := m.backingCPU()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	served := conn.PgConn().PID()
	if _, err := conn.Exec(t.Context(), "SELECT count(md5(i::text)) FROM generate_series(1, 300000) i"); err != nil {
		t.Fatal(err)
	}
	cost, err := sample.ProcessCPU(int(served))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for { // it ends by itself
		if _, err := sample.ProcessCPU(int(served)); err != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	after, err := m.backingCPU()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the connection cost %v, %s used %v", cost, b.programs, after-before)
	if slack := 20 * time.Millisecond; after-before < cost-slack {
		t.Errorf("%s used %v, of which one connection cost %v", b.programs, after-before, cost)
	}
}
