package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
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

// live answers GET /healthz: 200 while the process is ready.
func (h *health) live() notification.Reply {
	now := h.state.Load()
	return h.reply(now.status == stateReady, contract.Health{
		Status: now.status, PID: os.Getpid(), Processes: h.processes,
		GOMAXPROCS: runtime.GOMAXPROCS(0), Restarts: now.restarts,
	})
}

// readiness answers GET /readyz: whether new requests should be sent here.
func (h *health) readiness() notification.Reply {
	now := h.state.Load()
	return h.reply(now.status == stateReady, contract.Health{Status: now.status})
}

func (h *health) reply(good bool, what contract.Health) notification.Reply {
	body, err := json.Marshal(what)
	if err != nil {
		panic(err) // plain values: cannot happen
	}
	if !good {
		return notification.Reply{Status: http.StatusServiceUnavailable, Body: body}
	}
	return notification.Reply{Status: http.StatusOK, Body: body}
}
