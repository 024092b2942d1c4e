package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/notifybench/notifybench/internal/contract"
)

// health is the state of one process, as GET /healthz tells it.
type health struct {
	processes int
	state     atomic.Pointer[healthState]
}

type healthState struct {
	status   string
	restarts int
}

const (
	stateStarting = "starting"
	stateReady    = "ready"
	stateDraining = "draining"
)

func newHealth(processes int) *health {
	h := &health{processes: processes}
	h.state.Store(&healthState{status: stateStarting})
	return h
}

// ready opens the doors; restarts is how many processes were replaced so far.
// A process that drains stays closed.
func (h *health) ready(restarts int) {
	for {
		old := h.state.Load()
		next := &healthState{status: stateReady, restarts: restarts}
		if old.status == stateDraining || h.state.CompareAndSwap(old, next) {
			return
		}
	}
}

func (h *health) draining() {
	h.state.Store(&healthState{status: stateDraining, restarts: h.state.Load().restarts})
}

var _ Health = (*health)(nil).report

func (h *health) report() (int, []byte) {
	now := h.state.Load()
	body, err := json.Marshal(contract.Health{
		Status: now.status, PID: os.Getpid(), Processes: h.processes,
		GOMAXPROCS: runtime.GOMAXPROCS(0), Restarts: now.restarts,
	})
	if err != nil {
		panic(err) // plain values: cannot happen
	}
	if now.status != stateReady {
		return http.StatusServiceUnavailable, body
	}
	return http.StatusOK, body
}
