package mockproviders

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mailru/easyjson/jlexer"
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// Wire format "plain": contract.PlainCall in, contract.PlainReply out.

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

// answerPlain writes the answer to a call. The body is put together by hand:
// nothing in it needs escaping.
func answerPlain(ctx *fasthttp.RequestCtx, a answer) {
	c := ctx.Conn().(*conn)
	c.text = a.serverTiming(c.text[:0])
	ctx.Response.Header.SetBytesV("Server-Timing", c.text)
	ctx.SetContentType("application/json")
	if a.refused {
		c.text = append(c.text[:0], `{"error":"the queue is full"}`...)
		ctx.SetStatusCode(a.status)
	} else if a.status != 0 {
		c.text = append(c.text[:0], `{"error":"refused on purpose"}`...)
		ctx.SetStatusCode(a.status)
	} else {
		c.text = a.body(c.text[:0])
	}
	ctx.SetBody(c.text)
}

// body appends the body of a success.
func (a answer) body(b []byte) []byte {
	return append(a.id(append(b, `{"id":"`...)), `"}`...)
}

// refuse answers a request that is not a valid call.
func refuse(ctx *fasthttp.RequestCtx, status int, problem string) {
	body, err := json.Marshal(contract.PlainReply{Error: problem})
	if err != nil { // a string always marshals
		status = fasthttp.StatusInternalServerError
	}
	ctx.SetStatusCode(status)
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}

func notAllowed(ctx *fasthttp.RequestCtx, method string) {
	refuse(ctx, fasthttp.StatusMethodNotAllowed, "method not allowed (valid: "+method+")")
	ctx.Response.Header.Set("Allow", method)
}
