package mockproviders

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// twilio is Twilio's Messages resource, POST …/Accounts/{sid}/Messages.json: a form
// in, the message as a resource out.
type twilio struct{}

var _ wire = twilio{}

func (twilio) path() string { return contract.PathTwilio }

// Codes of Twilio's errors.
const (
	twilioAuthenticate = 20003
	twilioInvalidTo    = 21211
	twilioNoBody       = 21602
	twilioNoFrom       = 21603
	twilioNoTo         = 21604
	twilioOfStatus     = 20000 // plus the status: 20429 too many requests, 20500, 20503
)

func (w twilio) read(ctx *fasthttp.RequestCtx) (call, bool) {
	if !basic(ctx) {
		header(ctx, fasthttp.HeaderWWWAuthenticate, []byte(`Basic realm="Twilio API"`))
		w.trouble(ctx, fasthttp.StatusUnauthorized, twilioAuthenticate, "Authenticate")
		return call{}, false
	}
	c, code, problem := decodeTwilio(ctx.PostArgs())
	if problem != "" {
		w.trouble(ctx, fasthttp.StatusBadRequest, code, problem)
		return call{}, false
	}
	return c, true
}

// decodeTwilio reads a call, or gives the code of what is wrong. A body that is no
// form has no parameters.
func decodeTwilio(form *fasthttp.Args) (c call, code int, problem string) {
	c = call{to: string(form.Peek("To")), from: string(form.Peek("From")), text: string(form.Peek("Body"))}
	if c.from == "" {
		c.from = string(form.Peek("MessagingServiceSid"))
	}
	switch {
	case c.to == "":
		return call{}, twilioNoTo, "A 'To' phone number is required."
	case c.from == "":
		return call{}, twilioNoFrom, "A 'From' phone number is required."
	case c.text == "":
		return call{}, twilioNoBody, "Message body is required."
	}
	return c, 0, ""
}

// basic says that a request carries a name and a password: any will do.
func basic(ctx *fasthttp.RequestCtx) bool {
	value := ctx.Request.Header.Peek(fasthttp.HeaderAuthorization)
	const scheme = "Basic "
	var room [192]byte
	if len(value) < len(scheme) || string(value[:len(scheme)]) != scheme ||
		base64.StdEncoding.DecodedLen(len(value)-len(scheme)) > len(room) {
		return false
	}
	n, err := base64.StdEncoding.Decode(room[:], value[len(scheme):])
	colon := strings.IndexByte(string(room[:n]), ':')
	return err == nil && colon > 0 && colon < n-1
}

func (w twilio) succeed(ctx *fasthttp.RequestCtx, c call, a answer) {
	k := timing(ctx, a)
	w.concurrent(ctx, a)
	k.text = w.resource(k.text[:0], c, a, ctx.Time())
	put(ctx, fasthttp.StatusCreated, typeJSON, k.text)
}

// resource appends a message as Twilio shows one that was queued just now.
func (twilio) resource(b []byte, c call, a answer, now time.Time) []byte {
	var sidRoom [34]byte
	var dateRoom [32]byte
	sid, date := appendSID(sidRoom[:0], "SM", a), now.UTC().AppendFormat(dateRoom[:0], time.RFC1123Z)
	b = append(b, `{"account_sid": "`...)
	b = append(b, c.account...)
	b = append(b, `", "api_version": "2010-04-01", "body": `...)
	b = appendJSON(b, c.text)
	b = append(b, `, "date_created": "`...)
	b = append(b, date...)
	b = append(b, `", "date_sent": null, "date_updated": "`...)
	b = append(b, date...)
	b = append(b, `", "direction": "outbound-api", "error_code": null, "error_message": null, "from": `...)
	b = appendJSON(b, c.from)
	b = append(b, `, "messaging_service_sid": null, "num_media": "0", "num_segments": "`...)
	b = strconv.AppendInt(b, int64(segments(len(c.text))), 10)
	b = append(b, `", "price": null, "price_unit": "USD", "sid": "`...)
	b = append(b, sid...)
	b = append(b, `", "status": "queued", "subresource_uris": {"media": "/2010-04-01/Accounts/`...)
	b = append(append(append(append(b, c.account...), "/Messages/"...), sid...), `/Media.json"}, "to": `...)
	b = appendJSON(b, c.to)
	b = append(b, `, "uri": "/2010-04-01/Accounts/`...)
	b = append(append(append(append(b, c.account...), "/Messages/"...), sid...), `.json"}`...)
	return b
}

// appendSID appends an identifier of Twilio's: a kind, and k and n in hexadecimal.
func appendSID(b []byte, kind string, a answer) []byte {
	b = append(b, kind...)
	for _, v := range []uint64{a.k, uint64(a.n)} {
		for shift := 60; shift >= 0; shift -= 4 {
			b = append(b, "0123456789abcdef"[v>>shift&15])
		}
	}
	return b
}

// segments is how many parts of an SMS a text of so many characters of the GSM
// alphabet takes.
func segments(length int) int {
	const alone, joined = 160, 153
	if length <= alone {
		return 1
	}
	return (length + joined - 1) / joined
}

// appendJSON appends a text in quotes. Few need escaping.
func appendJSON(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, err := json.Marshal(text)
			if err != nil { // a string always marshals
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

// concurrent tells how many calls of the account are in flight.
func (twilio) concurrent(ctx *fasthttp.RequestCtx, a answer) {
	headerInt(ctx, contract.HeaderConcurrent, a.concurrent)
}

func (w twilio) fail(ctx *fasthttp.RequestCtx, a answer) {
	timing(ctx, a)
	w.concurrent(ctx, a)
	switch {
	case a.why == badAddress:
		w.trouble(ctx, fasthttp.StatusBadRequest, twilioInvalidTo, "The 'To' number is not a valid phone number.")
	case a.status == fasthttp.StatusUnauthorized:
		w.trouble(ctx, a.status, twilioAuthenticate, "Authenticate")
	default:
		w.trouble(ctx, a.status, twilioOfStatus+a.status, fasthttp.StatusMessage(a.status))
	}
}

func (twilio) trouble(ctx *fasthttp.RequestCtx, status, code int, problem string) {
	c := ctx.Conn().(*conn)
	b := append(c.text[:0], `{"code": `...)
	b = strconv.AppendInt(b, int64(code), 10)
	b = append(b, `, "message": `...)
	b = appendJSON(b, problem)
	b = append(b, `, "more_info": "https://www.twilio.com/docs/errors/`...)
	b = strconv.AppendInt(b, int64(code), 10)
	b = append(b, `", "status": `...)
	b = strconv.AppendInt(b, int64(status), 10)
	c.text = append(b, '}')
	put(ctx, status, typeJSON, c.text)
}

func (twilio) malform(r *fasthttp.Response) { cutShort(r) }
