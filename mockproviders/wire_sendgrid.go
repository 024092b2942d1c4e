package mockproviders

import (
	"bytes"
	"encoding/json"

	"github.com/mailru/easyjson/jlexer"
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// sendGrid is SendGrid's API v3, POST /v3/mail/send: JSON in, an empty 202 out.
// Of several personalizations, recipients and contents the first counts.
type sendGrid struct{}

var _ wire = sendGrid{}

func (sendGrid) path() string { return contract.PathSendGrid }

// flaw is one entry of the errors that SendGrid answers with.
type flaw struct {
	Message string  `json:"message"`
	Field   *string `json:"field"`
	Help    *string `json:"help"`
}

const sendGridHelp = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."

func (w sendGrid) read(ctx *fasthttp.RequestCtx) (call, bool) {
	switch {
	case !bearer(ctx):
		w.flawed(ctx, fasthttp.StatusUnauthorized, "", "The provided authorization grant is invalid, expired, or revoked")
	case !bytes.HasPrefix(ctx.Request.Header.ContentType(), []byte(typeJSON)):
		w.flawed(ctx, fasthttp.StatusUnsupportedMediaType, "", "Content-Type should be application/json.")
	default:
		c, field, problem := decodeSendGrid(ctx.PostBody())
		if problem == "" {
			return c, true
		}
		w.flawed(ctx, fasthttp.StatusBadRequest, field, problem)
	}
	return call{}, false
}

// decodeSendGrid reads a call, or says which field is wrong in what way.
func decodeSendGrid(body []byte) (c call, field, problem string) {
	in := jlexer.Lexer{Data: body}
	var subject string // of the personalization: it goes before that of the mail
	content := false
	object(&in, func(key string) {
		switch key {
		case "personalizations":
			first(&in, func() { c.to, subject = personalization(&in) })
		case "from":
			c.from = email(&in)
		case "subject":
			c.text = in.UnsafeString()
		case "content":
			first(&in, func() { c.more, content = contentValue(&in), true })
		default:
			in.SkipRecursive()
		}
	})
	if subject != "" {
		c.text = subject
	}
	switch {
	case !ended(&in):
		return call{}, "", "Bad Request"
	case c.to == "":
		return call{}, "personalizations.0.to", "The to array is required, with at least one email object that has an address."
	case c.from == "":
		return call{}, "from.email", "The from object must be provided for every email send, with an email parameter."
	case c.text == "":
		return call{}, "subject", "The subject is required."
	case !content:
		return call{}, "content", "The content parameter is required, with at least one content block."
	}
	return c, "", ""
}

func personalization(in *jlexer.Lexer) (to, subject string) {
	object(in, func(key string) {
		switch key {
		case "to":
			first(in, func() { to = email(in) })
		case "subject":
			subject = in.UnsafeString()
		default:
			in.SkipRecursive()
		}
	})
	return to, subject
}

// email reads the address of {"email": …, "name": …}.
func email(in *jlexer.Lexer) string { return member(in, "email") }

func contentValue(in *jlexer.Lexer) string { return member(in, "value") }

// member reads one text of an object.
func member(in *jlexer.Lexer, name string) (value string) {
	object(in, func(key string) {
		if key == name {
			value = in.UnsafeString()
		} else {
			in.SkipRecursive()
		}
	})
	return value
}

func (w sendGrid) succeed(ctx *fasthttp.RequestCtx, _ call, a answer) {
	c := timing(ctx, a)
	c.text = a.id(c.text[:0])
	header(ctx, contract.HeaderMessageID, c.text)
	w.limits(ctx, a.verdict)
	put(ctx, fasthttp.StatusAccepted, "", nil)
}

// limits tells a caller how much it may still send, where that is limited.
func (sendGrid) limits(ctx *fasthttp.RequestCtx, v verdict) {
	if v.limit == 0 {
		return
	}
	headerInt(ctx, contract.HeaderRateLimit, int64(v.limit))
	headerInt(ctx, contract.HeaderRateRemaining, int64(v.left))
	if at, known := v.resetAt(); known {
		headerInt(ctx, contract.HeaderRateReset, at)
	}
}

func (w sendGrid) fail(ctx *fasthttp.RequestCtx, a answer) {
	timing(ctx, a)
	w.limits(ctx, a.verdict)
	switch {
	case a.why == badAddress:
		w.flawed(ctx, fasthttp.StatusBadRequest, "personalizations.0.to.0.email", "Does not contain a valid address.")
	case a.status == fasthttp.StatusTooManyRequests:
		w.flawed(ctx, a.status, "", "too many requests")
	default:
		w.flawed(ctx, a.status, "", fasthttp.StatusMessage(a.status))
	}
}

func (sendGrid) flawed(ctx *fasthttp.RequestCtx, status int, field, problem string) {
	f := flaw{Message: problem}
	if field != "" {
		help := sendGridHelp + field
		f.Field, f.Help = &field, &help
	}
	body, err := json.Marshal(map[string][]flaw{"errors": {f}})
	if err != nil { // texts always marshal
		status = fasthttp.StatusInternalServerError
	}
	put(ctx, status, typeJSON, body)
}

// malform takes away what a client reads of a success, its header, and adds a body
// that ends in mid-word.
func (sendGrid) malform(r *fasthttp.Response) {
	r.Header.Del(contract.HeaderMessageID)
	r.Header.SetContentType(typeJSON)
	r.SetBodyString(`{"errors":[{"mess`)
}
