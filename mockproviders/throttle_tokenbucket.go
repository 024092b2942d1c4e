package mockproviders

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/notifybench/notifybench/internal/contract"
)

// tokenBucket is how FCM counts: a call takes a token, tokens come evenly, and
// those not taken are saved up to a limit. It begins full.
type tokenBucket struct {
	rate  rate.Limit
	burst int

	mu     sync.Mutex
	bucket *rate.Limiter
	latest time.Time
}

var _ throttle = (*tokenBucket)(nil)

func newTokenBucket(b contract.TokenBucket) (*tokenBucket, error) {
	if !(b.Rate >= contract.MinThrottleRate && b.Rate <= contract.MaxThrottleCalls) { // NaN is neither
		return nil, fmt.Errorf("token_bucket: rate %v is not from %v to %d a second", b.Rate,
			contract.MinThrottleRate, contract.MaxThrottleCalls)
	}
	t := &tokenBucket{rate: rate.Limit(b.Rate), burst: b.Burst}
	t.forget()
	return t, calls("token_bucket: burst", b.Burst)
}

func (t *tokenBucket) enter(now time.Time) verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Before(t.latest) {
		now = t.latest
	}
	t.latest = now
	v := verdict{limit: t.burst, in: t.bucket.AllowN(now, 1), available: now}
	tokens := max(0, t.bucket.TokensAt(now))
	if v.left = int(tokens); v.left == 0 {
		missing := (1 - tokens) / float64(t.rate)
		v.available = now.Add(time.Duration(missing * float64(time.Second)))
	}
	return v
}

func (t *tokenBucket) leave() {}

func (t *tokenBucket) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bucket, t.latest = rate.NewLimiter(t.rate, t.burst), time.Time{}
}
