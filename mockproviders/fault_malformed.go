package mockproviders

import (
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// malformedBody is a success that says so in broken words: JSON cut off in the
// middle, as a proxy that gives up leaves it. Any 2xx is success, so that the
// notification counts as accepted.
var malformedBody = fault{name: contract.FaultMalformed, accepted: true,
	answer: func(_ *provider, ctx *fasthttp.RequestCtx, c call, a answer) {
		c.wire.succeed(ctx, c, a)
		c.wire.malform(&ctx.Response)
	}}
