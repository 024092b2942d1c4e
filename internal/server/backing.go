package server

import (
	"os"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// startServices is the command that starts what rows may keep their data in.
const startServices = "scripts/services.sh start"

// backing is a service outside the row's processes that a value of a setting needs;
// the harness's own environment says where it is.
type backing struct{ setting, value, env string }

// backings is the registry: one line each.
func backings() []backing {
	return []backing{
		{settingStore, contract.StorePostgres, contract.EnvDatabaseURL},
		{settingCache, contract.CacheRedis, contract.EnvRedisURL},
	}
}

// backingNames are the services as a route names them.
func backingNames() []string {
	var names []string
	for _, b := range backings() {
		names = append(names, b.value)
	}
	return names
}

// BackingEnv lists every variable that says where such a service is. Their values may
// hold passwords: they are for the rows that need them alone, and for no file.
func BackingEnv() []string {
	var names []string
	for _, b := range backings() {
		names = append(names, b.env)
	}
	return names
}

// Harmless is an environment without what is for some rows alone.
func Harmless(env []string) []string {
	return slices.DeleteFunc(env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(BackingEnv(), name)
	})
}

// Backing lists the variables of the services that the row needs.
func (r Resolved) Backing() []string {
	var names []string
	for _, b := range backings() {
		needed := r.Settings[b.setting] == b.value || slices.Contains(r.Route.Needs, b.value)
		if needed && !slices.Contains(names, b.env) {
			names = append(names, b.env)
		}
	}
	return names
}

// NeedsData says that the row keeps files, for which it is given a folder.
func (r Resolved) NeedsData() bool {
	return r.Settings[settingStore] == contract.StoreSQLite || r.Settings[settingQueue] == contract.QueueDurable
}

// NeedsSchema says that the row shares a service with others, in which it is given
// names of its own.
func (r Resolved) NeedsSchema() bool { return len(r.Backing()) > 0 }

// Missing says what is lacking to run the row, "not installed: <command>"; "" where
// nothing is.
func (r Resolved) Missing() string { return r.missing(os.Getenv) }

func (r Resolved) missing(getenv func(string) string) string {
	if m := r.Server.Missing(); m != "" {
		return m
	}
	for _, env := range r.Backing() {
		if getenv(env) == "" {
			return "not installed: " + startServices
		}
	}
	return ""
}
