package notification

import (
	"bytes"
	"encoding/json"

	"github.com/notifybench/notifybench/internal/contract"
)

// appendPlainCall appends a contract.PlainCall: the body of a call in wire format
// "plain". It is written by hand, as it is on the path of every call.
func appendPlainCall(dst []byte, c *channel, n *contract.Notification) []byte {
	to, text := c.address(n), c.text(n)
	if dst == nil {
		dst = make([]byte, 0, len(to)+len(text)+40)
	}
	dst = append(dst, `{"to":`...)
	dst = appendString(dst, to)
	dst = append(dst, `,"`...)
	dst = append(dst, c.textField...)
	dst = append(dst, `":`...)
	dst = appendString(dst, text)
	return append(dst, '}')
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
