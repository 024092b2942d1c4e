//go:build !linux

package attack

import "time"

func sharpenTimer() {}

func sleep(d time.Duration) { time.Sleep(d) }
