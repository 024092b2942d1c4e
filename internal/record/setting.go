package record

import (
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// Names of settings, as in contract.Settings, on which it depends how a row's
// numbers are read.
const (
	settingMode     = "mode"
	settingAttempts = "attempts"
	settingTimeout  = "call_timeout"
)

// Queues says that the row accepts notifications and sends them later: its answers
// say nothing of what came of them.
func (s *Subject) Queues() bool { return s.Settings[settingMode] == contract.ModeQueued }

// Attempts is how often the row makes one call at most, the first time included.
func (s *Subject) Attempts() int {
	n, _ := strconv.Atoi(s.Settings[settingAttempts]) // one that has no such setting makes one
	return max(1, n)
}

// CallTimeout is when the row gives up a call; 0: not known.
func (s *Subject) CallTimeout() time.Duration {
	d, err := time.ParseDuration(s.Settings[settingTimeout])
	if err != nil {
		return 0
	}
	return d
}
