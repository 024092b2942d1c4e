package record

import "github.com/notifybench/notifybench/internal/contract"

// CallsPer is how many provider calls a notification makes on one channel, retries
// left out.
func (s *Scenario) CallsPer(channel string) int {
	if channel == contract.Push {
		return max(1, s.Devices)
	}
	return 1
}

// CallsPerRequest is how many provider calls a notification makes, retries left out.
func (s *Scenario) CallsPerRequest() (n int) {
	for _, channel := range s.Channels {
		n += s.CallsPer(channel)
	}
	return n
}
