package notification

import (
	"encoding/json"
	"net/http"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// outcomes is every way a message can end.
func outcomes() []provider.Result {
	return []provider.Result{
		{Status: contract.StatusSent, ProviderID: "p-1", Attempts: 1, Timed: true},
		{Status: contract.StatusFailed, Attempts: 2, Problem: "the provider answered 500"},
		{Status: contract.StatusFailed, Problem: "no time was left for the call", Late: true, Timed: true},
		{Status: contract.StatusUnknown, Attempts: 1, Problem: "timed out after the call was sent", Late: true},
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
		count := func(is func(provider.Result) bool) (n int) {
			for _, c := range calls {
				if is(c.result) {
					n++
				}
			}
			return n
		}
		sent := count(func(r provider.Result) bool { return r.Status == contract.StatusSent })
		late := count(func(r provider.Result) bool { return r.Late })
		unknown := count(func(r provider.Result) bool { return r.Status == contract.StatusUnknown })
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
			r.ProviderID, r.Problem = rapid.String().Draw(t, "id"), rapid.String().Draw(t, "problem")
			r.Attempts = rapid.IntRange(0, 12).Draw(t, "attempts")
			want.Channels[channels[i].name] = contract.ChannelResult{
				Status: r.Status, ProviderID: r.ProviderID, Attempts: r.Attempts, Error: r.Problem,
			}
		}
		var got contract.Answer
		data := appendAnswer(nil, "n-1", "sent", calls)
		if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: got %+v, %v, want %+v", data, got, err, want)
		}
	})
}
