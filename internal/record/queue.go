package record

import "time"

// Queue is what a server said of its queue when it was asked every 250 ms; where
// there are several processes each answer is of one of them.
type Queue struct {
	Looks int    `json:"looks"`
	Peak  uint64 `json:"peak"`  // notifications accepted and not done
	First uint64 `json:"first"` // at the first look
	Last  uint64 `json:"last"`  // at the last look
	// Oldest is how long the oldest of them had been there, at most; nil: not said.
	Oldest *time.Duration `json:"oldest,omitempty"`
}

// Drain is how a server says it ended, summed over its processes.
type Drain struct {
	Drained   uint64 `json:"drained"`   // finished after it was told to stop
	Persisted uint64 `json:"persisted"` // left where the next start finds them
	Dropped   uint64 `json:"dropped"`   // lost
}

// Resumed is what a server did that was started again on what it had left.
type Resumed struct {
	Took  time.Duration `json:"took"`            // from its start until its queue was empty, or was given up
	Empty bool          `json:"empty"`           // it has finished
	Error string        `json:"error,omitempty"` // why it has not
}

// Left is how many notifications are still where the server left them.
func (s *Server) Left() uint64 {
	if s.Drain == nil || s.Resumed != nil && s.Resumed.Empty {
		return 0
	}
	return s.Drain.Persisted
}
