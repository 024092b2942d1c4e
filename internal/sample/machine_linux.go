package sample

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"
)

// ReadMachine reads the counters of the whole machine.
func ReadMachine() (Machine, error) {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return Machine{}, fmt.Errorf("read machine: %w", err)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	f := bytes.Fields(line) // cpu user nice system idle iowait irq softirq steal …
	if len(f) < 9 {
		return Machine{}, errors.New("read machine: /proc/stat has no steal column")
	}
	ticks := func(i ...int) (sum time.Duration) {
		for _, k := range i {
			sum += time.Duration(number(f[k])) * time.Second / userHz
		}
		return sum
	}
	return Machine{Busy: ticks(1, 2, 3, 6, 7), Idle: ticks(4, 5), Steal: ticks(8)}, nil
}
