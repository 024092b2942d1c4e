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
)

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
