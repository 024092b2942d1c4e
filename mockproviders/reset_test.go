package mockproviders

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// After a reset the providers are as if just started with the other seed, but for
// what belongs to the process: its connections and its CPU.
func TestResetIsAFreshStart(t *testing.T) {
	behaviour := map[string]contract.Behaviour{
		contract.Email: {Latency: "{uniform: [0s, 5ms]}", ErrorRate: 0.3}, contract.SMS: {Latency: "0s"},
	}
	old := start(t, behaviour)
	fresh := start(t, behaviour)
	type told struct {
		status  int
		body    string
		planned float64
	}
	exercise := func(b *testbed) (replies []told) {
		for k := range uint64(20) {
			for range 2 {
				r := b.send(contract.Email, k)
				replies = append(replies, told{r.status, r.body, r.planned})
			}
			b.do(http.MethodPost, b.Ready().Providers[contract.SMS]+"/send", `{"to":"x","message":"no tag"}`)
		}
		return replies
	}
	exercise(old)
	want := old.Stats()
	r := old.put("/reset", contract.MockReset{Seed: 7})
	var forgotten contract.MockStats
	if err := json.Unmarshal([]byte(r.body), &forgotten); err != nil || r.status != http.StatusOK {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	if got := forgotten.Providers[contract.Email]; !reflect.DeepEqual(got, want.Providers[contract.Email]) || got.Calls != 40 {
		t.Errorf("forgot %+v, had seen %+v", got, want.Providers[contract.Email])
	}
	if n := old.Stats().Calls(); n != 0 {
		t.Errorf("%d calls are remembered", n)
	}
	fresh.put("/reset", contract.MockReset{Seed: 7})
	again, first := exercise(old), exercise(fresh)
	for i := range first {
		if again[i] != first[i] {
			t.Errorf("call %d: %+v after a reset, %+v from a fresh start", i, again[i], first[i])
		}
	}
	bare := func(b *testbed, name string) contract.ProviderStats {
		s := b.Stats().Providers[name]
		s.Connections, s.DelayError = 0, contract.DelayQuantiles{Count: s.DelayError.Count}
		return s
	}
	for name := range behaviour {
		if a, f := bare(old, name), bare(fresh, name); !reflect.DeepEqual(a, f) {
			t.Errorf("%s: %+v after a reset, %+v from a fresh start", name, a, f)
		}
	}
}

func TestResetIsRefusedWhileCallsAreInFlight(t *testing.T) {
	b := start(t, emailOnly("2s"))
	var calls sync.WaitGroup
	calls.Go(func() { b.send(contract.Email, 1) })
	b.eventually(func(s contract.ProviderStats) bool { return s.Calls == 1 })
	if r := b.put("/reset", contract.MockReset{Seed: 2}); r.status != http.StatusConflict || !strings.Contains(r.body, "1 calls to email") {
		t.Errorf("%d %s", r.status, r.body)
	}
	calls.Wait()
	if s := b.Stats().Providers[contract.Email]; s.Accepted != 1 {
		t.Errorf("a refused reset has forgotten: %+v", s)
	}
	if r := b.put("/reset", contract.MockReset{Seed: 2}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := b.do(http.MethodPut, b.Ready().Control+"/reset", `{"sede": 2}`); r.status != http.StatusBadRequest {
		t.Errorf("a misspelt key: %d %s", r.status, r.body)
	}
}
