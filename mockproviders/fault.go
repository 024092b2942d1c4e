package mockproviders

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// fault is one way in which a call goes wrong once its delay has passed.
type fault struct {
	name     string // as in contract.Faults
	accepted bool   // the provider took the notification over, whatever its caller learns
	answer   func(p *provider, ctx *fasthttp.RequestCtx, c call, a answer)
}

// faults lists every fault, in the order of contract.Faults: one line each.
func faults() []fault {
	return []fault{reset, hang, drip, malformedBody, empty, lost}
}

// chance is a fault with the number below which a call's draw brings it.
type chance struct {
	fault *fault
	below float64
}

// chances turns shares of all calls into chances. A call is tried for the error
// status first, then for each fault in turn, so that the chance of a fault is its
// share among the calls that nothing before it has struck. Raising a rate thus
// moves no call of the kinds before it, and of those behind it only so many as
// the raised kind takes from them.
func chances(errorRate float64, shares map[string]float64) ([]chance, error) {
	var list []chance
	var names []string
	left := 1 - errorRate
	sum := errorRate
	for _, f := range faults() {
		names = append(names, f.name)
		share, given := shares[f.name]
		if !(share >= 0 && share <= 1) { // NaN is neither
			return nil, fmt.Errorf("faults: %s %v is not a share from 0 to 1", f.name, share)
		}
		if !given || share == 0 {
			continue
		}
		sum += share
		list = append(list, chance{fault: &f, below: share / left})
		left -= share
	}
	for _, name := range slices.Sorted(maps.Keys(shares)) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("unknown fault %q (valid: %s)", name, strings.Join(names, ", "))
		}
	}
	if sum > contract.MaxShares {
		return nil, fmt.Errorf("error_rate and faults add up to %v, more than all calls", sum)
	}
	return list, nil
}

// cut ends a connection without another byte. What the server then tries to
// write goes nowhere.
func cut(ctx *fasthttp.RequestCtx) {
	_ = ctx.Conn().(*conn).TCPConn.Close() // a second close is no harm
	ctx.SetConnectionClose()
}
