package scenario

import (
	"fmt"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// Limits of a window.
const (
	minWindow = time.Millisecond
	maxWindow = 24 * time.Hour
)

func throttleNames() []string {
	var names []string
	for _, k := range contract.Throttles() {
		names = append(names, k.Name)
	}
	return names
}

// setThrottle reads how a provider limits its callers. An empty mapping stands for
// no limit: in a timeline it ends one.
func setThrottle(p *Provider, n strict.Node) bool {
	if !n.Present() {
		return false
	}
	m, fine := n.Map(throttleNames()...), n.IsMap()
	t, kinds := contract.Throttle{}, 0
	for _, k := range contract.Throttles() {
		if value := m.Get(k.Name); value.Present() {
			kinds++
			fine = setThrottleKind(&t, k.Name, value) && fine
		}
	}
	if kinds > 1 {
		n.Notef("write one of them, such as "+contract.Throttles()[0].Example, "%d kinds of throttle at once", kinds)
		return false
	}
	if p.Throttle = &t; kinds == 0 {
		p.Throttle = nil
	}
	return fine
}

func setThrottleKind(t *contract.Throttle, name string, n strict.Node) bool {
	switch name {
	case contract.ThrottleConcurrency:
		return n.Int(&t.Concurrency, 1, contract.MaxThrottleCalls)
	case contract.ThrottleFixedWindow:
		t.FixedWindow = &contract.FixedWindow{}
		m := n.Map("limit", "window")
		limit := m.Need("limit", "100").Int(&t.FixedWindow.Limit, 1, contract.MaxThrottleCalls)
		return m.Need("window", "1s").Duration(&t.FixedWindow.Window, minWindow, maxWindow) && limit
	}
	t.TokenBucket = &contract.TokenBucket{}
	m := n.Map("rate", "burst")
	rate := setTokenRate(&t.TokenBucket.Rate, m.Need("rate", "100"))
	return m.Need("burst", "10").Int(&t.TokenBucket.Burst, 1, contract.MaxThrottleCalls) && rate
}

// setTokenRate reads tokens a second: a number, not always a whole one.
func setTokenRate(rate *float64, n strict.Node) bool {
	var text string
	if !n.Scalar(&text) {
		return false
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= contract.MinThrottleRate && v <= contract.MaxThrottleCalls) { // NaN is neither
		n.Notef(fmt.Sprintf("write a number from %v to %d", contract.MinThrottleRate, contract.MaxThrottleCalls),
			"rate: %s is not a number of calls per second", text)
		return false
	}
	*rate = v
	return true
}

// throttleText is a throttle in the notation of a scenario file, empty for none.
func throttleText(t *contract.Throttle) string {
	switch {
	case t == nil:
		return ""
	case t.FixedWindow != nil:
		return fmt.Sprintf("{fixed_window: {limit: %d, window: %v}}", t.FixedWindow.Limit, t.FixedWindow.Window)
	case t.TokenBucket != nil:
		return fmt.Sprintf("{token_bucket: {rate: %s, burst: %d}}", share(t.TokenBucket.Rate), t.TokenBucket.Burst)
	}
	return fmt.Sprintf("{concurrency: %d}", t.Concurrency)
}
