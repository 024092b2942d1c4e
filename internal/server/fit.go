package server

import (
	"maps"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/strict"
)

// Names of settings that decide how a row is run.
const (
	settingWire  = "wire"
	settingStore = "store"
	settingMode  = "mode"
	settingDrain = "drain"
	settingCache = "cache"
	settingQueue = "queue"

	settingAttempts = "attempts"
)

// minDrain is how long a queued row may go on at least once it was told to stop.
const minDrain = 5 * time.Second

// settingsOf is what a row sets, with what follows from the rest of the scenario:
// the wire format of the providers and, of a row that queues, the time it has to
// finish.
func settingsOf(sc *scenario.Scenario, row scenario.Server, s *Server) (map[string]string, strict.Problems) {
	set := maps.Clone(row.Set)
	give := func(name, value string) {
		if _, own := set[name]; own {
			return
		}
		if set == nil {
			set = map[string]string{}
		}
		set[name] = value
	}
	if _, drains := s.Setting(settingDrain); drains && set[settingMode] == contract.ModeQueued {
		give(settingDrain, max(minDrain, sc.Drain).String())
	}
	if sc.Wire == contract.WirePlain {
		return set, nil
	}
	if _, speaks := s.Setting(settingWire); !speaks {
		return set, strict.Problems{problem(sc.WirePos, strict.Fault{
			What:    "server " + row.Name + " has no setting wire: it speaks wire format " + contract.WirePlain + " only",
			Instead: "write wire: " + contract.WirePlain + ", or remove the server",
		})}
	}
	give(settingWire, sc.Wire)
	return set, nil
}

// unfit says why a row cannot do what the scenario asks of it.
func unfit(sc *scenario.Scenario, row scenario.Server, r *Resolved) strict.Problems {
	if sc.Recipients == scenario.Users && r.Settings[settingStore] == contract.StoreNone {
		return strict.Problems{problem(row.Pos, strict.Fault{
			What:    "server " + row.Name + " has store none, where no user of request.recipients can be looked up",
			Instead: "set store to memory, sqlite or postgres",
		})}
	}
	return nil
}

// Attempts is how often one call is made at most, the first time included.
func (r Resolved) Attempts() int {
	n, _ := strconv.Atoi(r.Settings[settingAttempts]) // a server that has no such setting makes one
	return max(1, n)
}

// Queues says that the row accepts notifications and sends them later.
func (r Resolved) Queues() bool { return r.Settings[settingMode] == contract.ModeQueued }
