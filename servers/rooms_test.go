package servers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/notifybench/notifybench/internal/contract"
)

// keeps says what a case needs of the place where things are kept.
type keeps int

const (
	nothing   keeps = iota // no store
	anything               // any store
	lastingly              // one that outlives the process, and nobody else's
)

// room is a combination of store and cache.
type room struct {
	name    string
	lasting bool
	env     func(t *testing.T, k keeps) []string // skips where it is not installed
}

func allRooms() []room {
	return []room{
		{"/memory", false, func(*testing.T, keeps) []string {
			return []string{contract.EnvStore + "=" + contract.StoreMemory, contract.EnvCache + "=" + contract.CacheMemory}
		}},
		{"/sqlite", true, func(t *testing.T, _ keeps) []string {
			return []string{contract.EnvStore + "=" + contract.StoreSQLite, contract.EnvData + "=" + seededFolder(t)}
		}},
		{"/postgres", true, func(t *testing.T, k keeps) []string {
			return append(fromEnvironment(t, contract.EnvDatabaseURL), schemaFor(t, k),
				contract.EnvStore+"="+contract.StorePostgres, contract.EnvStorePool+"=4")
		}},
		{"/postgres-redis", true, func(t *testing.T, k keeps) []string {
			urls := fromEnvironment(t, contract.EnvDatabaseURL, contract.EnvRedisURL)
			return append(urls, schemaFor(t, k), contract.EnvStore+"="+contract.StorePostgres,
				contract.EnvStorePool+"=4", contract.EnvCache+"="+contract.CacheRedis)
		}},
	}
}

// roomsOf are those that a case is run with.
func roomsOf(k keeps) []room {
	none := []room{{"", false, func(*testing.T, keeps) []string { return nil }}}
	if k == nothing {
		return none
	}
	var all []room
	for _, r := range allRooms() {
		if k == anything || r.lasting {
			all = append(all, r)
		}
	}
	return all
}

// fromEnvironment hands the addresses of servers on.
func fromEnvironment(t *testing.T, names ...string) (env []string) {
	t.Helper()
	for _, name := range names {
		v := os.Getenv(name)
		if v == "" {
			t.Skipf("not installed: scripts/services.sh start (and set %s to what it prints)", name)
		}
		env = append(env, name+"="+v)
	}
	return env
}

// sharedSchema is one for all cases that do not mind each other: to fill a schema
// with users takes a second.
var sharedSchema = fmt.Sprintf("test_%x", rand.Uint64())

// schemaFor is the schema of a case; one of its own is dropped after it.
func schemaFor(t *testing.T, k keeps) string {
	if k == anything {
		return contract.EnvSchema + "=" + sharedSchema
	}
	own := fmt.Sprintf("test_%x", rand.Uint64())
	t.Cleanup(func() {
		if err := dropSchema(own); err != nil {
			t.Error(err)
		}
	})
	return contract.EnvSchema + "=" + own
}

// dropSchema removes a schema, if there is a database at all.
func dropSchema(name string) error {
	url := os.Getenv(contract.EnvDatabaseURL)
	if url == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("drop schema %s: %w", name, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+name+" CASCADE")
	return err
}

// seededFolder is a folder with a SQLite file that holds the users already: a copy,
// as to fill it takes seconds under the race detector.
func seededFolder(t *testing.T) string {
	t.Helper()
	seed, err := seedFile()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(seed)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(seed)), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// seedFile has a server make a SQLite file, once, and returns its path. Testing is
// over when the folder of the programs goes; so does the file.
var seedFile = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(programs["goroutine"]), "seed")
	bin := filepath.Join(dir, "server")
	if out, err := exec.Command("go", "build", "-o", bin, "./goroutine").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build a server without the race detector: %w\n%s", err, out)
	}
	cmd := exec.Command(bin)
	cmd.Env = []string{contract.EnvPort + "=0", contract.EnvEmailURL + "=http://127.0.0.1:1",
		contract.EnvStore + "=" + contract.StoreSQLite, contract.EnvData + "=" + dir}
	log := new(buffer)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return "", err
	}
	for begin := time.Now(); !log.has("msg=listening"); time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > patience {
			cmd.Process.Kill()
			cmd.Wait()
			return "", fmt.Errorf("no SQLite file after %s:\n%s", patience, log)
		}
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		return "", fmt.Errorf("make a SQLite file: %w\n%s", err, log)
	}
	return filepath.Join(dir, "notifybench.db"), nil
})
