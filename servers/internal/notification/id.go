package notification

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync/atomic"
)

// idSource makes the ids of notifications: a random prefix for the process and a
// counter, as a random number for each would cost more than it is worth.
type idSource struct {
	prefix string
	count  atomic.Uint64
}

func newIDSource() (*idSource, error) {
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("draw the prefix of ids: %w", err)
	}
	return &idSource{prefix: "n" + hex.EncodeToString(b[:]) + "-"}, nil
}

// next is a new id.
func (s *idSource) next() string {
	return s.prefix + strconv.FormatUint(s.count.Add(1), 36)
}
