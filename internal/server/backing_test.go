package server

import (
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func TestWhatARowNeeds(t *testing.T) {
	const absent = "not installed: scripts/services.sh start"
	s := decoded(t, full)
	for _, c := range []struct {
		set             map[string]string
		there, backing  []string
		missing         string
		data, ownSchema bool
	}{
		{missing: ""},
		{set: map[string]string{"store": "sqlite", "cache": "memory"}, data: true},
		{set: map[string]string{"store": "memory", "queue": "durable"}, data: true},
		{set: map[string]string{"store": "postgres"}, backing: []string{contract.EnvDatabaseURL}, missing: absent, ownSchema: true},
		{set: map[string]string{"store": "postgres", "cache": "redis"}, there: []string{contract.EnvDatabaseURL},
			backing: BackingEnv(), missing: absent, ownSchema: true},
		{set: map[string]string{"store": "postgres", "cache": "redis"}, there: BackingEnv(), backing: BackingEnv(), ownSchema: true},
		{set: map[string]string{"cache": "redis"}, there: []string{contract.EnvRedisURL}, backing: []string{contract.EnvRedisURL}, ownSchema: true},
	} {
		r, err := s.Resolve(c.set, 1)
		if err != nil {
			t.Fatal(err)
		}
		missing := r.missing(func(name string) string {
			if slices.Contains(c.there, name) {
				return "somewhere"
			}
			return ""
		})
		if missing != c.missing || !slices.Equal(r.Backing(), c.backing) || r.NeedsData() != c.data || r.NeedsSchema() != c.ownSchema {
			t.Errorf("%v: missing %q, needs %v, data %v, schema %v", c.set, missing, r.Backing(), r.NeedsData(), r.NeedsSchema())
		}
	}
}
