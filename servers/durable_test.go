package servers_test

import (
	"fmt"
	"net/http"
	"syscall"

	"github.com/notifybench/notifybench/internal/contract"
)

func durableCases() []testCase {
	return []testCase{
		{name: "durable queue", run: queued, keeps: lastingly},
		{name: "durable queue after SIGTERM", run: afterTerm, keeps: lastingly},
		{name: "durable queue after SIGKILL", run: afterKill, keeps: lastingly},
		{name: "durable queue after a child's SIGKILL", run: afterChildKill, keeps: lastingly},
	}
}

var durably = []string{inQueue, contract.EnvQueue + "=" + contract.QueueDurable}

const accepted = 20

// acceptAll has notifications accepted whose calls do not end, and returns their ids.
func acceptAll(server *program) (ids []string) {
	for k := range accepted {
		n := full()
		n.Subject, n.Message = contract.Tag("subject", uint64(k)), contract.Tag("message", uint64(k))
		ids = append(ids, server.notify(http.StatusAccepted, n).answer.ID)
	}
	return ids
}

// allArrive wants every notification sent by the server that comes after.
func allArrive(t subject, p providers, ids []string, server *program) {
	t.Helper()
	for _, id := range ids {
		if a := server.outcome(id); a.Status != contract.StatusSent {
			t.Errorf("%s: %+v", id, a)
		}
	}
	for channel, f := range p {
		arrived := map[string]int{}
		for _, c := range f.seen() {
			arrived[c.Subject+c.Message]++
		}
		if len(arrived) != accepted {
			t.Errorf("%s: %d of %d arrived", channel, len(arrived), accepted)
		}
	}
}

// switched hangs until the gate opens, and accepts from then on: calls that hung are
// never answered.
func switched(gate <-chan struct{}) reaction {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-gate:
			accept(w, r)
		default:
			hang(w, r)
		}
	}
}

// afterTerm keeps for the next process what there is no time for.
func afterTerm(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, switched(gate))
	env := append(durably, contract.EnvQueueWorkers+"=4", contract.EnvDrain+"=100ms", contract.EnvCallTimeout+"=10m", contract.EnvDeadline+"=10m")
	server := t.run(p, env...)
	ids := acceptAll(server)
	p["email"].wait(4)
	server.signal(syscall.SIGTERM)
	server.exit()
	if drained, persisted, dropped := server.drained(); drained != 0 || persisted != accepted || dropped != 0 {
		t.Errorf("drained %d, persisted %d, dropped %d", drained, persisted, dropped)
	}
	close(gate)
	allArrive(t, p, ids, t.run(p, env...))
}

func afterKill(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, switched(gate))
	env := append(durably, contract.EnvQueueWorkers+"=4", contract.EnvCallTimeout+"=10m", contract.EnvDeadline+"=10m")
	server := t.run(p, env...)
	ids := acceptAll(server)
	p["email"].wait(4)
	server.signal(syscall.SIGKILL)
	server.exit()
	close(gate)
	allArrive(t, p, ids, t.run(p, env...))
}

// afterChildKill has the other processes take over, while the server goes on.
func afterChildKill(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, switched(gate))
	env := append(durably, contract.EnvQueueWorkers+"=2", contract.EnvCallTimeout+"=10m", contract.EnvDeadline+"=10m")
	server := t.runProcesses(p, env...)
	children := pids(server)
	var ids []string
	for k := range accepted {
		n := full()
		n.Subject, n.Message = contract.Tag("subject", uint64(k)), contract.Tag("message", uint64(k))
		ids = append(ids, server.notify(http.StatusAccepted, n).answer.ID)
		server.client.CloseIdleConnections() // the next goes to whichever process
	}
	p["email"].wait(2)
	close(gate)
	// Calls that hang hold their workers: only who is killed is freed of them.
	for pid := range children {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(fmt.Errorf("kill process %d: %w", pid, err))
		}
	}
	server.eventually("replaced", func() bool {
		status, h := server.health()
		return status == http.StatusOK && h.Restarts >= processes
	})
	allArrive(t, p, ids, server)
}
