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

// outcomes is every way a call can end.
func outcomes() []provider.Result {
	return []provider.Result{
		sent, {Status: contract.StatusFailed, Attempts: 1}, {Status: contract.StatusFailed, Late: true},
		{Status: contract.StatusUnknown, Attempts: 1, Late: true}, {Status: contract.StatusExpired},
		{Status: contract.StatusSuppressed},
	}
}

func drawCalls(t *rapid.T) []call {
	calls := make([]call, rapid.IntRange(1, channelCount).Draw(t, "channels"))
	for i := range calls {
		calls[i] = call{channel: i, result: rapid.SampledFrom(outcomes()).Draw(t, "outcome")}
	}
	return calls
}

// TestRollUp holds the definition of the statuses.
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
		of := func(status string) int {
			return count(func(r provider.Result) bool { return r.Status == status })
		}
		counted := len(calls) - of(contract.StatusSuppressed)
		late := count(func(r provider.Result) bool { return r.Late })
		wantCode, want := http.StatusBadGateway, contract.StatusFailed
		if of(contract.StatusExpired) == counted {
			want = contract.StatusExpired
		}
		if of(contract.StatusUnknown) > 0 {
			want = contract.StatusUnknown
		}
		if late == counted {
			wantCode = http.StatusGatewayTimeout
		}
		if of(contract.StatusSent) > 0 {
			wantCode, want = http.StatusMultiStatus, contract.StatusPartial
		}
		if of(contract.StatusSent) == counted {
			wantCode, want = http.StatusOK, contract.StatusSent
		}
		if code, got := rollUp(calls); code != wantCode || got != want {
			t.Fatalf("%+v: got %d %s, want %d %s", calls, code, got, wantCode, want)
		}
	})
}

// TestSeveralDevices holds that a channel of several calls is sent when all are, and
// partly when some are, and that all attempts count.
func TestSeveralDevices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calls := make([]call, rapid.IntRange(2, 6).Draw(t, "devices"))
		good, attempts := 0, 0
		for i := range calls {
			calls[i].result = rapid.SampledFrom(outcomes()[:4]).Draw(t, "outcome")
			attempts += calls[i].result.Attempts
			if calls[i].result.Status == contract.StatusSent {
				good++
			}
		}
		got := merge(calls)
		switch {
		case got.Attempts != attempts:
			t.Fatalf("%+v: %d attempts", calls, got.Attempts)
		case good == len(calls) && got.Status != contract.StatusSent,
			good == 0 && (got.Status == contract.StatusSent || got.Status == contract.StatusPartial),
			good > 0 && good < len(calls) && got.Status != contract.StatusPartial:
			t.Fatalf("%d of %d sent: %s", good, len(calls), got.Status)
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
