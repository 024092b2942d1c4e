//go:build !unix

package mockproviders

import "time"

// ownCPU is not supported here: it is not known, which is not 0.
func ownCPU() time.Duration { return notKnown }
