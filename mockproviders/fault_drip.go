package mockproviders

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// drip is the slow answer that no connect timeout and no timeout of a first byte
// catches: status line, header and body come byte by byte, evenly over the drip
// time. The connection is closed after it.
var drip = fault{name: contract.FaultDrip, accepted: true,
	answer: func(p *provider, ctx *fasthttp.RequestCtx, c call, a answer) {
		defer cut(ctx)
		k := ctx.Conn().(*conn)
		text := dripText(ctx, c, a)
		start := time.Now()
		for i := range text {
			due := a.dripTime * time.Duration(i+1) / time.Duration(len(text))
			if !k.wait(due-time.Since(start), p.stop) {
				return
			}
			if _, err := k.Write(text[i : i+1]); err != nil {
				return // the caller has hung up
			}
		}
	}}

// dripText is the whole answer as it goes over the wire.
func dripText(ctx *fasthttp.RequestCtx, c call, a answer) []byte {
	c.wire.succeed(ctx, c, a)
	body := ctx.Response.Body()
	ctx.Response.Header.SetContentLength(len(body))
	ctx.Response.SetConnectionClose()
	return append(ctx.Response.Header.AppendBytes(nil), body...)
}
