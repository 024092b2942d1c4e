package attack

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mailru/easyjson/jlexer"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// unknownCalls stands for an answer that does not report its provider calls.
const unknownCalls = -1

// verdict is what an answer turned out to be.
type verdict struct {
	outcome record.Outcome
	calls   int // sum of attempts, or unknownCalls
	err     string
	sent    uint8 // record.Request.Reported
}

// answer is what is looked at of a contract.Answer.
type answer struct {
	named    bool              // it has an id
	queued   bool              // its status is queued
	channels map[string]string // status by channel
	calls    int               // sum of attempts, or unknownCalls
}

// decodeAnswer reads an answer. The lexer, with a check by encoding/json because
// it lets some malformed text pass, takes a third of encoding/json's time, on the
// core that generator and providers share.
func decodeAnswer(body []byte) (a answer, err error) {
	if !json.Valid(body) {
		return a, errors.New("not JSON")
	}
	a.channels = make(map[string]string, 4)
	in := jlexer.Lexer{Data: body}
	object(&in, func(key string) {
		switch {
		case key == "id":
			id := in.Raw()
			a.named = len(id) > 2 && id[0] == '"'
			return
		case key == "status":
			a.queued = string(in.Raw()) == `"`+contract.StatusQueued+`"`
			return
		case key != "channels" || in.IsNull():
			in.SkipRecursive()
			return
		}
		object(&in, func(channel string) {
			status, attempts := decodeChannel(&in)
			a.channels[channel] = status
			if attempts == unknownCalls || a.calls == unknownCalls {
				a.calls = unknownCalls
				return
			}
			a.calls += attempts
		})
	})
	in.Consumed()
	return a, in.Error()
}

func decodeChannel(in *jlexer.Lexer) (status string, attempts int) {
	attempts = unknownCalls
	object(in, func(key string) {
		switch key {
		case "status":
			status = in.String()
		case "attempts":
			attempts = in.Int()
		default:
			in.SkipRecursive()
		}
	})
	return status, attempts
}

// object reads a JSON object; value reads the value of each key.
func object(in *jlexer.Lexer, value func(key string)) {
	in.Delim('{')
	for !in.IsDelim('}') {
		key := in.String()
		in.WantColon()
		value(key)
		in.WantComma()
	}
	in.Delim('}')
}

// judge checks an answer: a good status with an answer that is not right is
// worse than an error, so it is told apart.
func judge(code int, body []byte, channels []string) verdict {
	a, err := decodeAnswer(body)
	v := verdict{outcome: outcomeOf(code), calls: unknownCalls}
	if err == nil {
		v.calls, v.sent = a.calls, a.sent(channels)
	}
	switch v.outcome {
	case record.OutcomeOK, record.OutcomePartial:
		if wrong := check(a, err, v.outcome, channels); wrong != "" {
			v.outcome, v.err = record.OutcomeWrong, "wrong answer: "+wrong
		}
	case record.OutcomeQueued:
		if wrong := checkQueued(a, err, channels); wrong != "" {
			v.outcome, v.err = record.OutcomeWrong, "wrong answer: "+wrong
		}
	default:
		v.err = fmt.Sprintf("status %d", code)
	}
	return v
}

// sent is the channels of a notification that the answer says were sent, a bit
// each, whatever else is wrong with it.
func (a answer) sent(channels []string) (mask uint8) {
	for i, name := range channels {
		if a.channels[name] == contract.StatusSent {
			mask |= 1 << i
		}
	}
	return mask
}

func outcomeOf(code int) record.Outcome {
	switch code {
	case 200:
		return record.OutcomeOK
	case 202:
		return record.OutcomeQueued
	case 207:
		return record.OutcomePartial
	case 503:
		return record.OutcomeShed
	}
	return record.OutcomeFailed
}

// check returns what is wrong with an answer, or nothing.
func check(a answer, err error, outcome record.Outcome, channels []string) string {
	if wrong := checkEntries(a, err, channels); wrong != "" {
		return wrong
	}
	sent := 0
	for _, name := range channels {
		if a.channels[name] == contract.StatusSent {
			sent++
		}
	}
	if all := sent == len(channels); all != (outcome == record.OutcomeOK) {
		return fmt.Sprintf("%d of %d channels sent", sent, len(channels))
	}
	return ""
}

// checkQueued is check for a notification that was accepted to be sent later: its id
// is all that the client has of it.
func checkQueued(a answer, err error, channels []string) string {
	switch wrong := checkEntries(a, err, channels); {
	case wrong != "":
		return wrong
	case !a.named:
		return "queued without an id"
	case !a.queued:
		return "status 202, but the answer does not say " + contract.StatusQueued
	}
	return ""
}

// checkEntries sees to it that there is one entry for each channel.
func checkEntries(a answer, err error, channels []string) string {
	if err != nil {
		return "not JSON"
	}
	if len(a.channels) != len(channels) {
		return fmt.Sprintf("%d channels instead of %d", len(a.channels), len(channels))
	}
	for _, name := range channels {
		if _, ok := a.channels[name]; !ok {
			return "no entry for channel " + name
		}
	}
	return ""
}
