package attack

import (
	"encoding/json"
	"fmt"

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
}

// answer is contract.Answer without what need not be looked at.
type answer struct {
	Status   string `json:"status"`
	Channels map[string]struct {
		Status   string `json:"status"`
		Attempts *int   `json:"attempts"`
	} `json:"channels"`
}

// judge checks an answer: a good status with an answer that is not right is
// worse than an error, so it is told apart.
func judge(code int, body []byte, channels []string) verdict {
	var a answer
	err := json.Unmarshal(body, &a)
	v := verdict{outcome: outcomeOf(code), calls: unknownCalls}
	if err == nil {
		v.calls = sumCalls(a)
	}
	switch v.outcome {
	case record.OutcomeOK, record.OutcomePartial:
		if wrong := check(a, err, v.outcome, channels); wrong != "" {
			v.outcome, v.err = record.OutcomeWrong, "wrong answer: "+wrong
		}
	case record.OutcomeQueued:
		if err != nil {
			v.outcome, v.err = record.OutcomeWrong, "wrong answer: not JSON"
		}
	default:
		v.err = fmt.Sprintf("status %d", code)
	}
	return v
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

func sumCalls(a answer) int {
	sum := 0
	for _, c := range a.Channels {
		if c.Attempts == nil {
			return unknownCalls
		}
		sum += *c.Attempts
	}
	return sum
}

// check returns what is wrong with an answer, or nothing.
func check(a answer, err error, outcome record.Outcome, channels []string) string {
	if err != nil {
		return "not JSON"
	}
	if len(a.Channels) != len(channels) {
		return fmt.Sprintf("%d channels instead of %d", len(a.Channels), len(channels))
	}
	sent := 0
	for _, name := range channels {
		c, ok := a.Channels[name]
		if !ok {
			return "no entry for channel " + name
		}
		if c.Status == contract.StatusSent {
			sent++
		}
	}
	if all := sent == len(channels); all != (outcome == record.OutcomeOK) {
		return fmt.Sprintf("%d of %d channels sent", sent, len(channels))
	}
	return ""
}
