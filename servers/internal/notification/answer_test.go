package notification

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// outcomes is every way a call can end.
func outcomes() []result {
	late := func(written bool) error {
		return &callError{err: errors.New("too late"), timeout: true, written: written}
	}
	broken := &callError{err: errors.New("connection reset"), written: true}
	return []result{
		judge(response{status: 200, id: "p-1"}, nil), judge(response{status: 202}, nil),
		judge(response{status: 302}, nil), judge(response{status: 500}, nil),
		judge(response{}, late(true)), judge(response{}, late(false)), judge(response{}, broken),
	}
}

func drawCalls(t *rapid.T) []call {
	calls := make([]call, rapid.IntRange(1, channelCount).Draw(t, "channels"))
	for i := range calls {
		calls[i] = call{channel: i, result: rapid.SampledFrom(outcomes()).Draw(t, "outcome")}
	}
	return calls
}

// TestRollUp holds the definition of the five statuses.
func TestRollUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calls := drawCalls(t)
		count := func(is func(result) bool) (n int) {
			for _, c := range calls {
				if is(c.result) {
					n++
				}
			}
			return n
		}
		sent := count(func(r result) bool { return r.status == contract.StatusSent })
		late := count(func(r result) bool { return r.late })
		unknown := count(func(r result) bool { return r.status == contract.StatusUnknown })
		wantCode, want := http.StatusBadGateway, contract.StatusFailed
		if unknown > 0 {
			want = contract.StatusUnknown
		}
		if late == len(calls) {
			wantCode = http.StatusGatewayTimeout
		}
		if sent > 0 {
			wantCode, want = http.StatusMultiStatus, contract.StatusPartial
		}
		if sent == len(calls) {
			wantCode, want = http.StatusOK, contract.StatusSent
		}
		if code, got := rollUp(calls); code != wantCode || got != want {
			t.Fatalf("%+v: got %d %s, want %d %s", calls, code, got, wantCode, want)
		}
	})
}

// TestAnswerIsTheContract decodes what was encoded by hand.
func TestAnswerIsTheContract(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calls := drawCalls(t)
		want := contract.Answer{ID: "n-1", Status: "sent", Channels: map[string]contract.ChannelResult{}}
		for i := range calls {
			r := &calls[i].result
			r.providerID, r.problem = rapid.String().Draw(t, "id"), rapid.String().Draw(t, "problem")
			r.attempts = rapid.IntRange(0, 12).Draw(t, "attempts")
			want.Channels[channels[i].name] = contract.ChannelResult{
				Status: r.status, ProviderID: r.providerID, Attempts: r.attempts, Error: r.problem,
			}
		}
		var got contract.Answer
		data := appendAnswer(nil, "n-1", "sent", calls)
		if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: got %+v, %v, want %+v", data, got, err, want)
		}
	})
}

func TestAppendStringRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		var got string
		data := appendString(nil, want)
		if err := json.Unmarshal(data, &got); err != nil || got != want {
			t.Fatalf("%q became %s and %q: %v", want, data, got, err)
		}
	})
}
