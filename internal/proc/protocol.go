package proc

import "time"

// The guardian's protocol: one JSON object a line over a stream socket. A start
// request carries the three standard files as ancillary data. The harness sends
// one request at a time and reads its reply; exits arrive in between.

const (
	opStart  = "start"
	opSignal = "signal"
	opEndAll = "end-all"
)

type request struct {
	Op     string   `json:"op"`
	Args   []string `json:"args,omitempty"`
	Env    []string `json:"env,omitempty"`
	Dir    string   `json:"dir,omitempty"`
	CPUs   []int    `json:"cpus,omitempty"`
	PID    int      `json:"pid,omitempty"`
	Signal int      `json:"signal,omitempty"`
	Group  bool     `json:"group,omitempty"` // to the group the process leads
}

type message struct {
	Reply *reply  `json:"reply,omitempty"`
	Exit  *exited `json:"exit,omitempty"`
}

type reply struct {
	PID   int    `json:"pid,omitempty"`
	PIDs  []int  `json:"pids,omitempty"`
	Error string `json:"error,omitempty"`
}

type exited struct {
	PID    int           `json:"pid"`
	Code   int           `json:"code"`
	Signal string        `json:"signal,omitempty"`
	CPU    time.Duration `json:"cpu"`
	MaxRSS uint64        `json:"max_rss,omitempty"` // bytes
}
