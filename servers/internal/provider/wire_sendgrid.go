package provider

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/notifybench/notifybench/servers/internal/jsontext"
)

// sendGrid is email by SendGrid's v3 Mail Send. Success is 202 with the id in a
// header; 200 is its sandbox, which sends nothing. Its limit is a fixed window,
// whose end it tells as seconds since 1970, without a Retry-After.
type sendGrid struct {
	key  string
	from string // the "from" of every call as JSON, with what surrounds it
}

var _ wire = sendGrid{}

func newSendGrid(c Credentials) wire {
	from := jsontext.AppendString([]byte(`}]}],"from":{"email":`), c.EmailFrom)
	from = append(from, `},"subject":`...)
	return sendGrid{key: c.SendGridKey, from: string(from)}
}

func (s sendGrid) endpoint() endpoint {
	return endpoint{path: "/v3/mail/send", contentType: contentJSON, authorization: "Bearer " + s.key}
}

// encode has the subject stand in for a text that is missing: SendGrid wants one.
func (s sendGrid) encode(m *Message) []byte {
	text := m.Text
	if text == "" {
		text = m.Subject
	}
	dst := make([]byte, 0, len(m.To)+len(s.from)+len(m.Subject)+len(text)+100)
	dst = append(dst, `{"personalizations":[{"to":[{"email":`...)
	dst = jsontext.AppendString(dst, m.To)
	dst = append(dst, s.from...)
	dst = jsontext.AppendString(dst, m.Subject)
	dst = append(dst, `,"content":[{"type":"text/plain","value":`...)
	dst = jsontext.AppendString(dst, text)
	return append(dst, `}]}`...)
}

func (s sendGrid) read(r reply) answer {
	if r.status == http.StatusAccepted {
		return answer{accepted: true, id: cleanID(r.header.peek("X-Message-Id"))}
	}
	a := answer{text: s.problem(r.body)}
	if r.status == http.StatusTooManyRequests {
		if seconds, ok := digits(r.header.peek("X-Ratelimit-Reset")); ok {
			a.reset = time.Unix(seconds, 0)
		}
	}
	return a
}

func (s sendGrid) problem(body []byte) string {
	var e struct {
		Errors []struct {
			Message string `json:"message"`
			Field   string `json:"field"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &e) != nil || len(e.Errors) == 0 {
		return ""
	}
	text := e.Errors[0].Message
	if field := e.Errors[0].Field; field != "" {
		text += " (" + field + ")"
	}
	return sanitized(text, s.key)
}
