//go:build !linux

package experiment

import "time"

// hold waits with the runtime's timer, up to 1 ms longer than asked.
func hold(d time.Duration) { time.Sleep(d) }
