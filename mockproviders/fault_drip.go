package mockproviders

import (
	"fmt"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// drip is the slow answer that no connect timeout and no timeout of a first byte
// catches: status line, header and body come byte by byte, evenly over the drip
// time. The connection is closed after it.
var drip = fault{name: contract.FaultDrip, accepted: true,
	answer: func(p *provider, ctx *fasthttp.RequestCtx, a answer) {
		defer cut(ctx)
		c := ctx.Conn().(*conn)
		text := dripText(c, a)
		start := time.Now()
		for i := range text {
			due := a.dripTime * time.Duration(i+1) / time.Duration(len(text))
			if !c.wait(due-time.Since(start), p.stop) {
				return
			}
			if _, err := c.Write(text[i : i+1]); err != nil {
				return // the caller has hung up
			}
		}
	}}

// dripText is the whole answer as it goes over the wire.
func dripText(c *conn, a answer) []byte {
	c.text = a.body(c.text[:0])
	head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Connection: close\r\n%s: ", len(c.text), contract.HeaderTiming)
	return append(append(a.serverTiming(head), "\r\n\r\n"...), c.text...)
}
