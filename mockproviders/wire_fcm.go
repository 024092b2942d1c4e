package mockproviders

import (
	"encoding/json"

	"github.com/mailru/easyjson/jlexer"
	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// fcm is Firebase Cloud Messaging, HTTP v1, POST /v1/projects/{id}/messages:send:
// JSON in, the name of the message out.
type fcm struct{}

var _ wire = fcm{}

func (fcm) path() string { return contract.PathFCM }

const typeGoogle = "application/json; charset=UTF-8"

func (w fcm) read(ctx *fasthttp.RequestCtx) (call, bool) {
	if !bearer(ctx) {
		header(ctx, fasthttp.HeaderWWWAuthenticate, []byte(`Bearer realm="https://accounts.google.com/"`))
		w.trouble(ctx, fasthttp.StatusUnauthorized, "Request is missing required authentication credential. "+
			"Expected OAuth 2 access token, login cookie or other valid authentication credential.", "")
		return call{}, false
	}
	c, problem := decodeFCM(ctx.PostBody())
	if problem != "" {
		w.trouble(ctx, fasthttp.StatusBadRequest, problem, "INVALID_ARGUMENT")
		return call{}, false
	}
	return c, true
}

// decodeFCM reads a call, or says what is wrong. A topic or a condition is a
// recipient as a token is.
func decodeFCM(body []byte) (c call, problem string) {
	in := jlexer.Lexer{Data: body}
	object(&in, func(key string) {
		if key != "message" {
			in.SkipRecursive()
			return
		}
		object(&in, func(key string) {
			switch key {
			case "token", "topic", "condition":
				c.to = in.UnsafeString()
			case "notification":
				c.text, c.more = notification(&in)
			default:
				in.SkipRecursive()
			}
		})
	})
	switch {
	case !ended(&in):
		return call{}, "Invalid JSON payload received."
	case c.to == "":
		return call{}, "Recipient of the message is not set."
	}
	return c, ""
}

func notification(in *jlexer.Lexer) (title, body string) {
	object(in, func(key string) {
		switch key {
		case "title":
			title = in.UnsafeString()
		case "body":
			body = in.UnsafeString()
		default:
			in.SkipRecursive()
		}
	})
	return title, body
}

func (fcm) succeed(ctx *fasthttp.RequestCtx, c call, a answer) {
	k := timing(ctx, a)
	b := append(k.text[:0], "{\n  \"name\": \"projects/"...)
	b = append(append(b, c.account...), "/messages/"...)
	k.text = append(a.id(b), "\"\n}\n"...)
	put(ctx, fasthttp.StatusOK, typeGoogle, k.text)
}

func (w fcm) fail(ctx *fasthttp.RequestCtx, a answer) {
	timing(ctx, a)
	switch {
	case a.why == badAddress:
		w.trouble(ctx, fasthttp.StatusNotFound, "Requested entity was not found.", "UNREGISTERED")
	case a.why == throttled:
		a.verdict.setRetryAfter(ctx, ctx.Time())
		w.trouble(ctx, a.status, "Quota exceeded for quota metric 'Send requests'.", "QUOTA_EXCEEDED")
	default:
		_, code := canonical(a.status)
		w.trouble(ctx, a.status, fasthttp.StatusMessage(a.status), code)
	}
}

// canonical gives the name that Google's APIs have for a status, and FCM's own code;
// empty where it has none. A 404 without a code does not speak of the token.
func canonical(status int) (name, code string) {
	switch status {
	case fasthttp.StatusBadRequest:
		return "INVALID_ARGUMENT", "INVALID_ARGUMENT"
	case fasthttp.StatusUnauthorized:
		return "UNAUTHENTICATED", ""
	case fasthttp.StatusForbidden:
		return "PERMISSION_DENIED", ""
	case fasthttp.StatusNotFound:
		return "NOT_FOUND", ""
	case fasthttp.StatusConflict:
		return "ABORTED", ""
	case fasthttp.StatusTooManyRequests:
		return "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"
	case fasthttp.StatusInternalServerError:
		return "INTERNAL", "INTERNAL"
	case fasthttp.StatusNotImplemented:
		return "UNIMPLEMENTED", ""
	case fasthttp.StatusServiceUnavailable:
		return "UNAVAILABLE", "UNAVAILABLE"
	case fasthttp.StatusGatewayTimeout:
		return "DEADLINE_EXCEEDED", ""
	}
	return "UNKNOWN", ""
}

// googleError is the body of an error.
type googleError struct {
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Status  string         `json:"status"`
	Details []googleDetail `json:"details,omitempty"`
}

type googleDetail struct {
	Type      string `json:"@type"`
	ErrorCode string `json:"errorCode"`
}

func (fcm) trouble(ctx *fasthttp.RequestCtx, status int, problem, code string) {
	name, _ := canonical(status)
	e := googleError{Code: status, Message: problem, Status: name}
	if code != "" {
		e.Details = []googleDetail{{contract.FCMError, code}}
	}
	body, err := json.MarshalIndent(map[string]googleError{"error": e}, "", "  ")
	if err != nil { // texts and numbers always marshal
		status = fasthttp.StatusInternalServerError
	}
	put(ctx, status, typeGoogle, append(body, '\n'))
}

func (fcm) malform(r *fasthttp.Response) { cutShort(r) }
