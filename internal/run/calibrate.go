package run

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/burn"
	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// machineFile keeps the calibration beside the records: once per machine, so
// that "10 ms of work" is the same number of rounds in every run.
const machineFile = "machine.json"

type calibration struct {
	CPU         string  `json:"cpu"`
	Kernel      string  `json:"kernel"`
	RoundsPerMS float64 `json:"rounds_per_ms"`
}

// calibrate settles how many rounds make a millisecond of work, and gives it to
// every server.
func (r *runner) calibrate() {
	env := &r.run.Environment
	path := filepath.Join(r.opts.Out, machineFile)
	known := calibration{CPU: env.CPU, Kernel: env.Kernel}
	var kept calibration
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &kept) == nil &&
		kept.CPU == known.CPU && kept.Kernel == known.Kernel && kept.RoundsPerMS > 0 {
		env.RoundsPerMS = kept.RoundsPerMS
	} else {
		known.RoundsPerMS = burn.Calibrate(time.Now)
		env.RoundsPerMS = known.RoundsPerMS
		if data, err := json.Marshal(known); err == nil && record.WriteFile(path, data) != nil {
			r.warn("the calibration of \"work\" could not be kept in %s: it holds for this run only", path)
		}
	}
	rounds := strconv.FormatFloat(env.RoundsPerMS, 'f', 3, 64)
	for i := range r.run.Subjects {
		if e := r.run.Subjects[i].Environment; e != nil {
			e[contract.EnvRoundsPerMS] = rounds
		}
	}
}
