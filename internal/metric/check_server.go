package metric

import (
	"fmt"
	"strings"
)

// checkServer looks at what a server did beside answering.
var checkServer = Check{
	ID:      "server",
	Doc:     "the server ran as one, passed on what it was given, and ended when asked",
	Flag:    "did not drain in time after SIGTERM, or did not replace a process that the scenario had killed",
	Invalid: "a process of it died by itself, or the providers could not tell its notifications apart",
	run: func(f *facts) result {
		level, said := OK, []string(nil)
		s := &f.cell.Server
		if s.Exit != "" && !s.Drained {
			level, said = Flagged, append(said, "the server did not end in time after SIGTERM")
		}
		// Deaths that the scenario ordered are none of the server's.
		died := s.RestartsSeen - s.Health.Restarts - s.Killed
		if died < 0 && s.Health.Processes > 0 {
			level, said = Flagged, append(said, fmt.Sprintf("of %s killed %d had not been replaced at the end", Count(s.Killed, "process"), -died))
		}
		if died > 0 {
			level, said = Invalid, append(said, fmt.Sprintf("%s of the server died and was replaced", Count(died, "process")))
		}
		if n := f.untagged(); n > 0 {
			level, said = Invalid, append(said, fmt.Sprintf("%s without the number that ends subject and message: "+
				"their delays were not those of the other servers", Count(n, "provider call")))
		}
		return result{level: level, text: strings.Join(said, "; ")}
	},
}

// untagged is how many provider calls did not say which notification they were.
func (f *facts) untagged() (n uint64) {
	for _, p := range f.cell.Providers.Providers {
		n += p.Untagged
	}
	return n
}
