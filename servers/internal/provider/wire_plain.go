package provider

import (
	"bytes"
	"encoding/json"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/jsontext"
)

// plain is what the documents' services speak: contract.PlainCall, answered by
// contract.PlainReply, any 2xx being success. Choose it to compare with them.
type plain struct {
	field string // "subject" of an email, "message" of anything else
}

var _ wire = plain{}

func (plain) endpoint() endpoint { return endpoint{path: "/send", contentType: contentJSON} }

func (p plain) encode(m *Message) []byte {
	text := m.Text
	if p.field == "subject" {
		text = m.Subject
	}
	dst := make([]byte, 0, len(m.To)+len(text)+40)
	dst = append(dst, `{"to":`...)
	dst = jsontext.AppendString(dst, m.To)
	dst = append(dst, `,"`...)
	dst = append(dst, p.field...)
	dst = append(dst, `":`...)
	dst = jsontext.AppendString(dst, text)
	return append(dst, '}')
}

// read leaves the words of an error aside: those of the documents' mocks say nothing.
func (plain) read(r reply) answer {
	if r.status < 200 || r.status >= 300 {
		return answer{}
	}
	return answer{accepted: true, id: plainID(r.body)}
}

var (
	idPrefix = []byte(`{"id":"`)
	idSuffix = []byte(`"}`)
)

// plainID is the provider's id in a contract.PlainReply, "" when it has none:
// what a provider has accepted stays accepted, however badly it says so.
func plainID(reply []byte) string {
	// The usual reply, an id alone without escapes, needs no parser.
	if id, ok := bytes.CutPrefix(reply, idPrefix); ok {
		if id, ok = bytes.CutSuffix(bytes.TrimRight(id, "\n"), idSuffix); ok && isPlain(id) {
			return string(id)
		}
	}
	var r contract.PlainReply
	if json.Unmarshal(reply, &r) != nil {
		return ""
	}
	return r.ID
}

// isPlain says whether b is ASCII that means itself inside a JSON string.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
