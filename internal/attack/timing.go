package attack

import (
	"net/http"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// timing is where a server says the time of one request went.
type timing struct {
	queue, providers time.Duration
	known            bool   // it said both
	process          string // that answered; may be empty
}

const (
	maxTimingHeader = 2 << 10 // bytes of Server-Timing that are read of an answer
	maxProcessName  = 64      // bytes
)

// timingOf reads the Server-Timing of an answer. Of a metric that comes twice the
// first counts; metrics that are not ours are passed over. A header that is too
// long is not read at all: its end could be the half of a number.
func timingOf(header http.Header) (t timing) {
	var queue, providers bool
	room := maxTimingHeader
	for _, line := range header[contract.HeaderTiming] {
		if room -= len(line); room < 0 {
			break
		}
		for m, rest, ok := contract.NextTiming([]byte(line)); ok; m, rest, ok = contract.NextTiming(rest) {
			switch {
			case m.Name == contract.TimingQueue && m.Timed && !queue:
				t.queue, queue = m.Dur, true
			case m.Name == contract.TimingProviders && m.Timed && !providers:
				t.providers, providers = m.Dur, true
			case m.Name == contract.TimingProcess && t.process == "" && len(m.Desc) <= maxProcessName:
				t.process = m.Desc
			}
		}
	}
	t.known = queue && providers
	return t
}
