package provider

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mailru/easyjson/jlexer"

	"github.com/notifybench/notifybench/internal/contract"
)

// wire is the format in which one provider is spoken to.
type wire interface {
	// endpoint is where calls go and what all of them have in common.
	endpoint() endpoint
	// encode is the body of a call. It is on the path of every call: written by
	// hand, no maps, no fmt.
	encode(m *Message) []byte
	// read understands an answer, whatever its status. It keeps nothing of the reply.
	read(r reply) answer
}

// endpoint is the part of a call that never changes.
type endpoint struct {
	path          string // below the base URL, escaped
	contentType   string
	authorization string // header; empty: none
}

// reply is a provider's answer as it came.
type reply struct {
	status int
	body   []byte // empty where it was longer than maxReply
	header header
}

// header finds a field by its canonical name.
type header interface{ peek(name string) []byte }

// answer is what it means.
type answer struct {
	status       int
	accepted     bool
	throttled    bool   // the provider's own word for "too many"
	unregistered bool   // the device token is dead
	id           string // the provider's own, may be empty
	text         string // what is wrong, in the provider's words; see sanitized

	reset time.Time     // when a window of the provider's begins anew; zero: it does not say
	after time.Duration // to leave the provider alone

	served time.Duration // how long the provider says it took
	timed  bool          // it says
}

// understand reads a reply: what is a wire's own, and what all have in common.
func understand(w wire, r reply) answer {
	a := w.read(r)
	a.status = r.status
	a.served, a.timed = servedTime(r.header.peek(contract.HeaderTiming))
	if !a.accepted {
		a.after = pause(a, r.header.peek("Retry-After"), time.Now())
	}
	return a
}

// pause is how long to leave a provider alone: as Retry-After says, or the
// beginning of its next window, or what its wire takes for granted.
func pause(a answer, header []byte, now time.Time) time.Duration {
	if d, ok := retryAfter(header, now); ok {
		return d
	}
	if !a.reset.IsZero() {
		return until(a.reset, now)
	}
	return a.after
}

// servedTime reads from the Server-Timing of a provider how long it served a call.
func servedTime(header []byte) (served time.Duration, timed bool) {
	for t, rest, ok := contract.NextTiming(header); ok; t, rest, ok = contract.NextTiming(rest) {
		if t.Name == contract.TimingServed {
			return t.Dur, t.Timed
		}
	}
	return 0, false
}

// wireKind is one way to speak with all three providers.
type wireKind struct {
	name string
	new  func(Credentials) [channelCount]wire
}

// wireKinds lists them all.
func wireKinds() []wireKind {
	return []wireKind{
		{contract.WirePlain, func(Credentials) [channelCount]wire {
			return [channelCount]wire{plain{field: "subject"}, plain{field: "message"}, plain{field: "message"}}
		}},
		{contract.WireVendor, func(c Credentials) [channelCount]wire {
			return [channelCount]wire{newSendGrid(c), newTwilio(c), newFCM(c)}
		}},
	}
}

func findWires(name string) (func(Credentials) [channelCount]wire, error) {
	var valid []string
	for _, k := range wireKinds() {
		if k.name == name {
			return k.new, nil
		}
		valid = append(valid, k.name)
	}
	return nil, fmt.Errorf("unknown wire format %q (valid: %s)", name, strings.Join(valid, ", "))
}

const (
	maxText = 200 // bytes of a provider's words that are kept
	maxID   = 256 // bytes of an id; a longer one is none
)

// sanitized is a provider's words fit for an answer of ours: one line of valid
// UTF-8, cut off, and never a secret, should the provider repeat one.
func sanitized(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "(secret)")
		}
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	for len(text) > maxText {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return strings.TrimSpace(text)
}

// cleanID is an id as ASCII that means itself in JSON, or none.
func cleanID(b []byte) string {
	if len(b) > maxID || !isPlain(b) {
		return ""
	}
	return string(b)
}

// stringField is a field of a JSON object, "" where there is none. The lexer takes
// a fifth of encoding/json's time, on the path of every call.
func stringField(body []byte, name string) string {
	in := jlexer.Lexer{Data: body}
	value := ""
	in.Delim('{')
	for !in.IsDelim('}') {
		key := in.UnsafeFieldName(false)
		in.WantColon()
		if key == name && !in.IsNull() {
			value = in.UnsafeString()
		} else {
			in.SkipRecursive()
		}
		in.WantComma()
	}
	in.Delim('}')
	in.Consumed()
	if in.Error() != nil {
		return ""
	}
	return cleanID([]byte(value))
}
