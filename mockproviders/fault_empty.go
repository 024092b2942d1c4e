package mockproviders

import (
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// empty is the "empty reply from server" of curl, the EMPTY_RESPONSE of WireMock:
// the connection is closed in order, without a byte. A 200 without a body would
// be a success in wire format "plain".
var empty = fault{name: contract.FaultEmpty, answer: func(_ *provider, ctx *fasthttp.RequestCtx, _ call, _ answer) {
	cut(ctx)
}}
