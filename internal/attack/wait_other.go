//go:build !linux

package attack

import "time"

func sharpenTimer() bool { return true }

func sleep(d time.Duration) { time.Sleep(d) }
