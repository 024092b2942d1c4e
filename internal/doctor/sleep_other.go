//go:build !linux

package doctor

import "time"

func sleep(d time.Duration) { time.Sleep(d) }
