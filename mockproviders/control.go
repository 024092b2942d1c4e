package mockproviders

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// control answers the control port.
type control struct{ mock *Mock }

var _ handler = control{}

// route is one request the control port answers.
type route struct {
	method, path string
	do           func(m *Mock, ctx *fasthttp.RequestCtx) error // an error is the caller's: 400
}

func routes() []route {
	return []route{
		{fasthttp.MethodGet, "/healthz", healthz},
		{fasthttp.MethodGet, "/stats", getStats},
		{fasthttp.MethodGet, "/ledger", getLedger},
		{fasthttp.MethodPut, "/settings", putSettings},
		{fasthttp.MethodPut, "/timeline", putTimeline},
		{fasthttp.MethodPut, "/reset", putReset},
	}
}

func (c control) refused() {} // the control port keeps no statistics of itself

func (c control) serve(ctx *fasthttp.RequestCtx) {
	var valid []string
	for _, r := range routes() {
		valid = append(valid, r.method+" "+r.path)
		if string(ctx.Path()) != r.path {
			continue
		}
		if string(ctx.Method()) != r.method {
			notAllowed(ctx, r.method)
			return
		}
		if err := r.do(c.mock, ctx); err != nil {
			refuse(ctx, fasthttp.StatusBadRequest, err.Error())
		}
		return
	}
	refuse(ctx, fasthttp.StatusNotFound, "no such path (valid: "+strings.Join(valid, ", ")+")")
}

func healthz(_ *Mock, ctx *fasthttp.RequestCtx) error {
	return writeJSON(ctx, map[string]string{"status": "ok"})
}

func getStats(m *Mock, ctx *fasthttp.RequestCtx) error {
	return writeJSON(ctx, m.Stats())
}

// getLedger answers with lines of contract.LedgerPage. Compressed they are small:
// nearly every notification is accepted as often as its neighbours.
func getLedger(m *Mock, ctx *fasthttp.RequestCtx) error {
	ctx.SetContentType("application/gzip")
	z := gzip.NewWriter(ctx.Response.BodyWriter())
	lines := json.NewEncoder(z)
	for _, name := range slices.Sorted(maps.Keys(m.providers)) {
		write := func(page contract.LedgerPage) error { return lines.Encode(page) }
		if err := m.providers[name].ledger.each(name, write); err != nil {
			return err
		}
	}
	return z.Close()
}

func putSettings(m *Mock, ctx *fasthttp.RequestCtx) error {
	ctx.SetStatusCode(fasthttp.StatusNoContent)
	return m.settings.replace(ctx.PostBody(), time.Now())
}

func putTimeline(m *Mock, ctx *fasthttp.RequestCtx) error {
	ctx.SetStatusCode(fasthttp.StatusNoContent)
	return m.settings.schedule(ctx.PostBody(), time.Now())
}

// putReset answers with what was forgotten. Whoever asks has seen to it that no
// call is on its way: one that comes in between may be lost from both counts.
func putReset(m *Mock, ctx *fasthttp.RequestCtx) error {
	var in contract.MockReset
	if err := decodeStrict(ctx.PostBody(), &in); err != nil {
		return err
	}
	for name, p := range m.providers {
		if n := p.stats.inFlight.Load(); n > 0 {
			refuse(ctx, fasthttp.StatusConflict, fmt.Sprintf("%d calls to %s are in flight: ask again when they have ended", n, name))
			return nil
		}
	}
	before := m.Stats()
	m.settings.seed.Store(in.Seed)
	m.settings.forget()
	for _, p := range m.providers {
		p.forget()
	}
	return writeJSON(ctx, before)
}

func writeJSON(ctx *fasthttp.RequestCtx, v any) error {
	body, err := json.Marshal(v)
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
	return err
}
