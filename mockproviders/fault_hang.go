package mockproviders

import (
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// hang is a provider that takes a call and never comes back: what timeouts are
// for. The caller ends it by hanging up, or Close by its drain.
var hang = fault{name: contract.FaultHang, answer: func(_ *provider, ctx *fasthttp.RequestCtx, _ call, _ answer) {
	ctx.Conn().(*conn).awaitHangUp()
	cut(ctx)
}}
