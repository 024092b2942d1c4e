package mockproviders

import (
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// lost is why a failed call may not simply be made again: the notification was
// delivered, only the answer never came.
var lost = fault{name: contract.FaultLost, accepted: true,
	answer: func(_ *provider, ctx *fasthttp.RequestCtx, _ call, _ answer) { cut(ctx) }}
