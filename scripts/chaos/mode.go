package main

import (
	"github.com/notifybench/notifybench/internal/contract"
)

// mode is how a service is told to work.
type mode struct {
	name   string
	set    map[string]string
	queued bool
	memory bool // what is queued dies with its process
}

func modes() []mode {
	return []mode{
		{name: "sync", set: map[string]string{contract.EnvMode: contract.ModeSync}},
		{name: "queued, memory", queued: true, memory: true,
			set: map[string]string{contract.EnvMode: contract.ModeQueued, contract.EnvQueue: contract.QueueMemory}},
		{name: "queued, durable", queued: true,
			set: map[string]string{contract.EnvMode: contract.ModeQueued, contract.EnvQueue: contract.QueueDurable}},
	}
}

// processes of each server: one can be killed while another serves.
const processes = "2"

// settings are those of every server: what a careful owner would set. Calls time out
// soon, because hanging ones are part of the run.
func settings() map[string]string {
	return map[string]string{
		contract.EnvProcesses: processes, contract.EnvWorkers: "64",
		contract.EnvCallTimeout: "1s", contract.EnvDeadline: "5s",
		contract.EnvAttempts: "3", contract.EnvBackoff: "100ms",
		contract.EnvBreaker: contract.On, contract.EnvBreakerOpen: "1s",
		contract.EnvDrain: "20s",
	}
}
