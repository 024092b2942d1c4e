package provider

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// twilio is SMS by Twilio's Messages: a form, with Basic authorization. Success is
// 201 with the id ("sid") in JSON. Error 20429 is its concurrency limit: such a
// call was never processed, whatever the status.
type twilio struct {
	account, token string
	from           string // the From field of every call, encoded, with what surrounds it
}

var _ wire = twilio{}

const twilioThrottled = 20429

func newTwilio(c Credentials) wire {
	from := append(appendForm([]byte("&From="), c.SMSFrom), "&Body="...)
	return twilio{account: c.TwilioAccount, token: c.TwilioToken, from: string(from)}
}

func (t twilio) endpoint() endpoint {
	return endpoint{
		path:          "/2010-04-01/Accounts/" + url.PathEscape(t.account) + "/Messages.json",
		contentType:   "application/x-www-form-urlencoded",
		authorization: "Basic " + base64.StdEncoding.EncodeToString([]byte(t.account+":"+t.token)),
	}
}

func (t twilio) encode(m *Message) []byte {
	dst := make([]byte, 0, len(m.To)+len(t.from)+len(m.Text)*3/2+16)
	dst = append(dst, "To="...)
	dst = appendForm(dst, m.To)
	dst = append(dst, t.from...)
	return appendForm(dst, m.Text)
}

func (t twilio) read(r reply) answer {
	if r.status == http.StatusCreated {
		return answer{accepted: true, id: stringField(r.body, "sid")}
	}
	var e struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(r.body, &e) != nil || e.Code == 0 {
		return answer{}
	}
	return answer{
		throttled: e.Code == twilioThrottled,
		text:      sanitized(strconv.Itoa(e.Code)+" "+e.Message, t.token),
	}
}

const upperHex = "0123456789ABCDEF"

// appendForm appends s as a value of a form, as url.QueryEscape would have it.
func appendForm(dst []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '-', c == '_', c == '.', c == '~':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&0xf])
		}
	}
	return dst
}
