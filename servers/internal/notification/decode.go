package notification

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// order is a notification that may be sent: what it says and the calls to make,
// in calling order.
type order struct {
	note  contract.Notification
	calls []call
	room  [channelCount]call
}

// read turns a body into an order, or says why it is refused.
func read(body []byte, cfg *Config) (*order, *Reply) {
	o := new(order)
	if refusal := decode(body, &o.note); refusal != nil {
		return nil, refusal
	}
	chosen, problems := validate(&o.note, cfg)
	if problems != nil {
		return nil, invalid(problems...)
	}
	o.calls = o.room[:0]
	for i, wanted := range chosen {
		if wanted {
			o.calls = append(o.calls, call{channel: i, message: message(&channels[i], &o.note)})
		}
	}
	return o, nil
}

// message is what is sent on a channel.
func message(c *channel, n *contract.Notification) provider.Message {
	return provider.Message{To: c.address(n), Subject: n.Subject, Text: n.Message}
}

// dropLast forgets the last channel.
func (o *order) dropLast() { o.calls = o.calls[:len(o.calls)-1] }

// decode reads exactly one JSON object without unknown fields.
func decode(body []byte, note *contract.Notification) *Reply {
	if len(body) > contract.MaxBody {
		r := BodyTooLarge()
		return &r
	}
	if !utf8.Valid(body) {
		return malformed("the body is not valid UTF-8")
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return malformed("the body is not a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(note); err != nil {
		return explain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformed("data after the JSON object")
	}
	return nil
}

// explain tells what JSON cannot be (400) from what a notification cannot be (422).
func explain(err error) *Reply {
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return invalid(contract.FieldError{Field: wrongType.Field, Problem: "must not be a " + wrongType.Value})
	}
	// encoding/json has no type for this one.
	if quoted, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		if field, err := strconv.Unquote(quoted); err == nil {
			return invalid(contract.FieldError{Field: field, Problem: "unknown field"})
		}
	}
	return malformed("malformed JSON")
}

func malformed(text string) *Reply {
	r := refuse(http.StatusBadRequest, text)
	return &r
}

func invalid(problems ...contract.FieldError) *Reply {
	r := refuse(http.StatusUnprocessableEntity, "invalid notification", problems...)
	return &r
}
