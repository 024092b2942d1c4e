package provider

import (
	"errors"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/notifybench/notifybench/internal/contract"
)

// When a breaker opens: at breakerShare of failures among at least breakerCalls
// calls of the last breakerWindow. Half open it lets breakerProbes calls pass;
// when all of them succeed it closes, and the first failure opens it again.
const (
	breakerWindow = 10 * time.Second
	breakerBucket = time.Second
	breakerCalls  = 20
	breakerShare  = 0.5
	breakerProbes = 3
)

func newBreaker(open time.Duration, channel int, o Observer, log *slog.Logger) *gobreaker.TwoStepCircuitBreaker[struct{}] {
	return gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:         contract.Channels()[channel],
		MaxRequests:  breakerProbes,
		Interval:     breakerWindow,
		BucketPeriod: breakerBucket,
		Timeout:      open,
		ReadyToTrip:  readyToTrip,
		IsExcluded:   func(err error) bool { return errors.Is(err, errUncounted) },
		OnStateChange: func(name string, from, to gobreaker.State) {
			o.BreakerChanged(channel, to.String())
			log.Warn("breaker", "provider", name, "from", from.String(), "to", to.String())
		},
	})
}

func readyToTrip(c gobreaker.Counts) bool {
	ended := c.TotalSuccesses + c.TotalFailures
	return ended >= breakerCalls && float64(c.TotalFailures) >= breakerShare*float64(ended)
}

// What a breaker is told of a call that was no success.
var (
	errFailed    = errors.New("the provider failed")
	errUncounted = errors.New("says nothing of the provider's health")
)

// health is what the class of a call tells of its provider. An answer is a sign
// of life even if it is a refusal; a throttle is neither.
func health(c Class) error {
	switch c {
	case ClassSent, ClassPermanent:
		return nil
	case ClassTransient, ClassAmbiguous, ClassNoRoom: // a call with no connection in time
		return errFailed
	}
	return errUncounted
}
