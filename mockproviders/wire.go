package mockproviders

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/mailru/easyjson/jlexer"
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// wire is a wire format: how a call is read, and how each of its answers looks.
type wire interface {
	// path is where calls are made, {} standing for a part of the caller's choice.
	path() string
	// read reads a call whose path is of this wire. Where it is none, read has written
	// the answer that says why, and ok is false.
	read(ctx *fasthttp.RequestCtx) (c call, ok bool)
	// succeed writes the answer to a call that is accepted.
	succeed(ctx *fasthttp.RequestCtx, c call, a answer)
	// fail writes the answer to one that is not: a.why says for what reason.
	fail(ctx *fasthttp.RequestCtx, a answer)
	// malform breaks a success that has been written: no client can read it.
	malform(r *fasthttp.Response)
}

// wiresOf lists what the provider of a channel speaks: the documents' format and
// its vendor's own.
func wiresOf(channel string) []wire {
	return []wire{plain{}, map[string]wire{
		contract.Email: sendGrid{},
		contract.SMS:   twilio{},
		contract.Push:  fcm{},
	}[channel]}
}

// call is what was asked. Its texts are those of the request: they are gone when
// the request has been handled.
type call struct {
	wire    wire
	to      string
	from    string
	text    string // it, or else more, ends with " #<k>"
	more    string
	account string // the part of the path that the caller chose
}

// tag reads k from the end of the texts.
func (c call) tag() (k uint64, ok bool) {
	if k, ok = contract.ParseTag(c.text); ok {
		return k, true
	}
	return contract.ParseTag(c.more)
}

// reason is why a call is answered by an error.
type reason int

const (
	onPurpose   reason = iota // the error status of the behaviour
	queueFull                 // 503
	throttled                 // 429
	badAddress                // the vendor's status
	wrongMethod               // 405
)

// chosen is the part of a path that stands for {} in a pattern.
func chosen(path []byte, pattern string) (part string, ok bool) {
	head, tail, open := strings.Cut(pattern, "{}")
	if !open {
		return "", string(path) == pattern
	}
	if len(path) <= len(head)+len(tail) || string(path[:len(head)]) != head || string(path[len(path)-len(tail):]) != tail {
		return "", false
	}
	part = string(path[len(head) : len(path)-len(tail)])
	for i := range len(part) {
		if !plainByte(part[i]) {
			return "", false
		}
	}
	return part, true
}

// plainByte says that a byte needs no escaping, in a path or in JSON.
func plainByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("-_.:", b) >= 0
}

// bearer says that a request carries a token as RFC 6750 writes it: any will do.
func bearer(ctx *fasthttp.RequestCtx) bool {
	token, ok := bytes.CutPrefix(ctx.Request.Header.Peek(fasthttp.HeaderAuthorization), []byte("Bearer "))
	if !ok || len(token) == 0 {
		return false
	}
	for _, b := range token {
		if !plainByte(b) && strings.IndexByte("~+/=", b) < 0 {
			return false
		}
	}
	return true
}

// put writes an answer by hand, or the greater part of it. The body may be the
// scratch of the connection.
func put(ctx *fasthttp.RequestCtx, status int, contentType string, body []byte) {
	ctx.SetStatusCode(status)
	if contentType != "" {
		ctx.SetContentType(contentType)
	}
	ctx.SetBody(body)
}

// header sets a header as it is spelt.
func header(ctx *fasthttp.RequestCtx, name string, value []byte) {
	ctx.Response.Header.SetCanonical([]byte(name), value)
}

func headerInt(ctx *fasthttp.RequestCtx, name string, value int64) {
	var digits [20]byte
	header(ctx, name, strconv.AppendInt(digits[:0], value, 10))
}

// timing sets the Server-Timing of an answer.
func timing(ctx *fasthttp.RequestCtx, a answer) *conn {
	c := ctx.Conn().(*conn)
	c.text = a.serverTiming(c.text[:0])
	ctx.Response.Header.SetBytesV(contract.HeaderTiming, c.text)
	return c
}

// retryAfter sets the header, where the time is known.
func (v verdict) setRetryAfter(ctx *fasthttp.RequestCtx, now time.Time) bool {
	seconds, known := v.retryAfter(now)
	if known {
		headerInt(ctx, contract.HeaderRetryAfter, int64(seconds))
	}
	return known
}

// cutShort breaks a body of JSON: the last two bytes are missing.
func cutShort(r *fasthttp.Response) {
	body := r.Body()
	r.SetBody(body[:len(body)-2])
}

// object reads a JSON object field by field.
func object(in *jlexer.Lexer, field func(key string)) {
	in.Delim('{')
	for !in.IsDelim('}') {
		key := in.UnsafeFieldName(false)
		in.WantColon()
		field(key)
		in.WantComma()
	}
	in.Delim('}')
}

// first reads the first item of a JSON list, and passes over the others.
func first(in *jlexer.Lexer, item func()) {
	in.Delim('[')
	for i := 0; !in.IsDelim(']'); i++ {
		if i == 0 {
			item()
		} else {
			in.SkipRecursive()
		}
		in.WantComma()
	}
	in.Delim(']')
}

// ended says that a JSON text was one value, and nothing wrong with it.
func ended(in *jlexer.Lexer) bool {
	in.Consumed()
	return in.Error() == nil
}
