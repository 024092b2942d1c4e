package mockproviders

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mailru/easyjson/jlexer"
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// plain is the documents' format: contract.PlainCall in, contract.PlainReply out.
type plain struct{}

var _ wire = plain{}

func (plain) path() string { return contract.PathPlain }

func (plain) read(ctx *fasthttp.RequestCtx) (call, bool) {
	in, err := decodePlain(ctx.PostBody())
	if err != nil {
		refuse(ctx, fasthttp.StatusBadRequest, err.Error())
		return call{}, false
	}
	return call{to: in.To, text: in.Subject, more: in.Message}, true
}

// decodePlain reads a call. Unknown fields are let pass: a provider is not the
// judge of its callers' style. The lexer takes a fifth of encoding/json's time,
// which would be a seventh of what a call costs here.
func decodePlain(body []byte) (call contract.PlainCall, err error) {
	in := jlexer.Lexer{Data: body}
	in.Delim('{')
	for !in.IsDelim('}') {
		key := in.String()
		in.WantColon()
		switch key {
		case "to":
			call.To = in.String()
		case "subject":
			call.Subject = in.String()
		case "message":
			call.Message = in.String()
		default:
			in.SkipRecursive()
		}
		in.WantComma()
	}
	in.Delim('}')
	in.Consumed()
	if err := in.Error(); err != nil {
		return call, fmt.Errorf("malformed JSON: %w", err)
	}
	if call.To == "" {
		return call, errors.New("to is missing")
	}
	return call, nil
}

const typeJSON = "application/json"

// succeed puts the body together by hand: nothing in it needs escaping.
func (plain) succeed(ctx *fasthttp.RequestCtx, _ call, a answer) {
	c := timing(ctx, a)
	c.text = append(a.id(append(c.text[:0], `{"id":"`...)), `"}`...)
	put(ctx, fasthttp.StatusOK, typeJSON, c.text)
}

func (plain) fail(ctx *fasthttp.RequestCtx, a answer) {
	if a.why == wrongMethod {
		notAllowed(ctx, fasthttp.MethodPost)
		return
	}
	text, status := "refused on purpose", a.status
	switch a.why {
	case queueFull:
		text = "the queue is full"
	case throttled:
		text = "throttled"
		if !a.verdict.setRetryAfter(ctx, ctx.Time()) {
			headerInt(ctx, contract.HeaderRetryAfter, 1)
		}
	case badAddress:
		text, status = "no such address", fasthttp.StatusBadRequest
	}
	c := timing(ctx, a)
	c.text = append(append(append(c.text[:0], `{"error":"`...), text...), `"}`...)
	put(ctx, status, typeJSON, c.text)
}

func (plain) malform(r *fasthttp.Response) { cutShort(r) }

// refuse answers a request that is not a valid call.
func refuse(ctx *fasthttp.RequestCtx, status int, problem string) {
	body, err := json.Marshal(contract.PlainReply{Error: problem})
	if err != nil { // a string always marshals
		status = fasthttp.StatusInternalServerError
	}
	put(ctx, status, typeJSON, body)
}

func notAllowed(ctx *fasthttp.RequestCtx, method string) {
	refuse(ctx, fasthttp.StatusMethodNotAllowed, "method not allowed (valid: "+method+")")
	ctx.Response.Header.Set("Allow", method)
}
