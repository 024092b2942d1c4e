package mockproviders

import (
	"fmt"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// fixedWindow is how SendGrid counts: so many calls in each window, whenever they
// come, so that twice as many may pass around its end. The first call begins the
// first window, and they follow one another from there.
type fixedWindow struct {
	limit  int
	window time.Duration

	mu    sync.Mutex
	start time.Time // of the window; zero: no call has come
	used  int
}

var _ throttle = (*fixedWindow)(nil)

// Limits of a window.
const (
	minWindow = time.Millisecond
	maxWindow = 24 * time.Hour
)

func newFixedWindow(w contract.FixedWindow) (*fixedWindow, error) {
	if err := calls("fixed_window: limit", w.Limit); err != nil {
		return nil, err
	}
	if w.Window < minWindow || w.Window > maxWindow {
		return nil, fmt.Errorf("fixed_window: window %v is not from %v to %v", w.Window, minWindow, maxWindow)
	}
	return &fixedWindow{limit: w.Limit, window: w.Window}, nil
}

func (w *fixedWindow) enter(now time.Time) verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.start.IsZero() {
		w.start = now
	}
	if over := now.Sub(w.start) / w.window; over > 0 {
		w.start, w.used = w.start.Add(over*w.window), 0
	}
	v := verdict{limit: w.limit, available: w.start.Add(w.window)}
	if v.in = w.used < w.limit; v.in {
		w.used++
	}
	v.left = w.limit - w.used
	return v
}

func (w *fixedWindow) leave() {}

func (w *fixedWindow) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start, w.used = time.Time{}, 0
}
