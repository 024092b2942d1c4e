package mockproviders

import (
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// reset is a provider, or a proxy before it, that crashes: the peer gets an RST
// in the middle of the exchange.
var reset = fault{name: contract.FaultReset, answer: func(_ *provider, ctx *fasthttp.RequestCtx, _ call, _ answer) {
	// Closing with a linger of 0 discards what is unsent and sends RST, not FIN.
	_ = ctx.Conn().(*conn).SetLinger(0)
	cut(ctx)
}}
