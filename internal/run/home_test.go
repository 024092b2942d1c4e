package run

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// No part of a URL that may be a secret is ever shown.
func TestPasswordsAreNotShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := "s3cret" + rapid.StringMatching(`[a-zA-Z0-9%@:/?#&=!*+ -]{0,12}`).Draw(t, "secret")
		raw := rapid.Bool().Draw(t, "raw")
		written := secret
		if !raw {
			written = url.QueryEscape(secret)
		}
		for _, text := range []string{
			"postgres://ann:" + written + "@db.example.org:5432/notify?sslmode=disable",
			"postgres://ann@db.example.org/notify?password=" + written,
			"redis://:" + written + "@cache.example.org:6379/0",
			"host=db user=ann password=" + written,
		} {
			if got := redacted(text); strings.Contains(got, "s3cret") {
				t.Fatalf("%s is shown as %s", text, got)
			}
		}
	})
	if got, want := redacted("postgres://ann:x@db:5432/notify?sslmode=disable"), "postgres://ann@db:5432/notify"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOthersAreNotToldOfTheDatabase(t *testing.T) {
	t.Setenv(contract.EnvDatabaseURL, "postgres://ann:x@db/notify")
	t.Setenv(contract.EnvRedisURL, "redis://cache")
	for _, env := range [][]string{LoadEnv(1), server.Harmless(os.Environ())} {
		if slices.ContainsFunc(env, func(v string) bool {
			return strings.HasPrefix(v, contract.EnvDatabaseURL) || strings.HasPrefix(v, contract.EnvRedisURL)
		}) {
			t.Errorf("%q", env)
		}
	}
}

// homely plans one cell of a row that sets so much.
func homely(t *testing.T, set string) *plan.Plan {
	t.Helper()
	s, err := server.Decode("server.yaml", []byte("name: full\nsummary: s\nlanguage: go\nrun: x {port}\n"+
		"service: notification\nfanout: \"{fanout}\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Decode("x.yaml", []byte("title: t\nproviders: {email: {latency: 1ms}}\nloads: {r: 10/s}\ntrials: 1\n"+
		"servers: [{name: full, set: {"+set+"}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Make(sc, []server.Server{s}, plan.Machine{CPUs: []int{0}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// environOf is the environment of the row's server, as a map.
func environOf(r *runner, h *home) map[string]string {
	env := map[string]string{}
	for _, v := range r.environ(&r.plan.Rows[0], 1, h, nil) {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	return env
}

// A row is told where its services are, and of no other; the record is not told how
// to get in. Its folder is made, and is gone at the end with all that is in it.
func TestAServerHasAHome(t *testing.T) {
	const dbURL, cacheURL = "postgres://ann:s3cret@127.0.0.1:1/notify", "redis://:s3cret@127.0.0.1:1"
	t.Setenv(contract.EnvDatabaseURL, dbURL)
	t.Setenv(contract.EnvRedisURL, cacheURL)
	for _, c := range []struct {
		set                     string
		data, schema, db, redis bool
	}{
		{set: ""}, {set: "store: sqlite", data: true}, {set: "cache: redis", schema: true, redis: true},
		{set: "store: postgres, queue: durable", data: true, schema: true, db: true},
	} {
		p := homely(t, c.set)
		r := &runner{plan: p, run: newRun(p, "test"), space: newSpace(time.Now())}
		if text := fmt.Sprintf("%+v", r.run.Subjects); strings.Contains(text, "s3cret") {
			t.Errorf("the record says %s", text)
		}
		dir := t.TempDir()
		h, err := r.newHome(&p.Cells[0], dir)
		if err != nil {
			t.Fatal(err)
		}
		env := environOf(r, h)
		if (env[contract.EnvDatabaseURL] == dbURL) != c.db || (env[contract.EnvRedisURL] == cacheURL) != c.redis ||
			(env[contract.EnvSchema] != "") != c.schema || (env[contract.EnvData] != "") != c.data {
			t.Errorf("%q: %v", c.set, env)
		}
		if c.data {
			if err := os.WriteFile(filepath.Join(env[contract.EnvData], "notify.db"), nil, 0o600); err != nil {
				t.Error(err)
			}
		}
		var warned []string
		h.dbURL = strings.Replace(h.dbURL, "postgres:", "nothing:", 1) // no address: nobody is called
		h.remove(func(format string, args ...any) { warned = append(warned, fmt.Sprintf(format, args...)) })
		h.remove(func(string, ...any) { t.Error("removed twice") })
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
			t.Errorf("%q: left %v, %v", c.set, entries, err)
		}
		if len(warned) != map[bool]int{true: 1}[c.db] || strings.Contains(fmt.Sprint(warned), "s3cret") {
			t.Errorf("%q: warned %q", c.set, warned)
		}
	}
	var none *home
	none.remove(nil)
}

func TestSchemasOfTwoRunsDiffer(t *testing.T) {
	now := time.Now()
	a, b := newSpace(now), newSpace(now)
	if a == b || len(a) > 50 || strings.ToLower(a) != a {
		t.Errorf("%s and %s", a, b)
	}
}

// With a database at hand: a schema and what is in it are gone, another stays.
func TestDropSchema(t *testing.T) {
	address := os.Getenv(contract.EnvDatabaseURL)
	if address == "" {
		t.Skip("not installed: scripts/services.sh start (and set " + contract.EnvDatabaseURL + " to what it prints)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), dropLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	ours, other := newSpace(time.Now())+"_001", newSpace(time.Now())+"_002"
	for _, name := range []string{ours, other} {
		if _, err := conn.Exec(ctx, "CREATE SCHEMA "+name+"; CREATE TABLE "+name+".users (id int)"); err != nil {
			t.Fatal(err)
		}
	}
	if err := dropSchema(ctx, address, ours); err != nil {
		t.Error(err)
	}
	var left int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_namespace WHERE nspname IN ($1, $2)", ours, other).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d schemas are left, %v", left, err)
	}
	for _, name := range []string{ours, other} { // one that is not there is no fault
		if err := dropSchema(ctx, address, name); err != nil {
			t.Error(err)
		}
	}
}
