package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// labelServers gives each row without a label a default one: its name, its path
// where not all have the same, the settings that tell the rows apart (those not every row sets to the same
// value), and its processes where there are several: "pool workers=4",
// "micro /gather", "goroutine ×2".
func labelServers(servers []Server) {
	for i := range servers {
		if servers[i].Label == "" {
			servers[i].Label = defaultLabel(servers[i], servers)
		}
	}
}

func defaultLabel(s Server, all []Server) string {
	parts := []string{s.Name}
	if s.Path != "" && slices.ContainsFunc(all, func(other Server) bool { return other.Path != s.Path }) {
		parts = append(parts, s.Path)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Set)) {
		if !common(all, name, s.Set[name]) {
			parts = append(parts, name+"="+s.Set[name])
		}
	}
	if s.Processes > 1 {
		parts = append(parts, fmt.Sprintf("×%d", s.Processes))
	}
	return strings.Join(parts, " ")
}

// common says that every row, of at least two, sets name to value.
func common(all []Server, name, value string) bool {
	return len(all) > 1 && !slices.ContainsFunc(all, func(s Server) bool {
		v, set := s.Set[name]
		return !set || v != value
	})
}
