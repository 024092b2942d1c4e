package servers_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// keeps says what a case needs of the place where things are kept.
type keeps int

const (
	nothing   keeps = iota // no store
	anything               // any store
	lastingly              // one that outlives the process
)

// room is a combination of store and cache.
type room struct {
	name    string
	lasting bool
	env     func(t *testing.T) []string // skips where it is not installed
}

func allRooms() []room {
	return []room{
		{"/memory", false, func(*testing.T) []string {
			return []string{contract.EnvStore + "=" + contract.StoreMemory, contract.EnvCache + "=" + contract.CacheMemory}
		}},
		{"/sqlite", true, func(t *testing.T) []string {
			return []string{contract.EnvStore + "=" + contract.StoreSQLite, contract.EnvData + "=" + t.TempDir()}
		}},
		{"/postgres", true, func(t *testing.T) []string {
			return append(fromEnvironment(t, contract.EnvDatabaseURL), ownSchema(),
				contract.EnvStore+"="+contract.StorePostgres, contract.EnvStorePool+"=4")
		}},
		{"/postgres-redis", true, func(t *testing.T) []string {
			urls := fromEnvironment(t, contract.EnvDatabaseURL, contract.EnvRedisURL)
			return append(urls, ownSchema(), contract.EnvStore+"="+contract.StorePostgres,
				contract.EnvStorePool+"=4", contract.EnvCache+"="+contract.CacheRedis)
		}},
	}
}

// roomsOf are those that a case is run with.
func roomsOf(k keeps) []room {
	none := []room{{"", false, func(*testing.T) []string { return nil }}}
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

// ownSchema is a schema that no other test has.
func ownSchema() string { return fmt.Sprintf("%s=test_%x", contract.EnvSchema, rand.Uint64()) }
