package attack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// A notification names a user or carries the addresses of its channels, never
// both, and its identity is that of its slot.
func TestNotificationsOfEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Form{
			Channels: rapid.SliceOfNDistinct(rapid.SampledFrom(contract.Channels()), 1, 3, rapid.ID[string]).Draw(t, "channels"),
			Users:    rapid.Bool().Draw(t, "users"), Devices: rapid.IntRange(0, contract.MaxDeviceTokens).Draw(t, "devices"),
		}
		k := rapid.Uint64Range(0, contract.ProbeBase).Draw(t, "k")
		text := f.append(nil, k)
		var n contract.Notification
		if err := json.Unmarshal(text, &n); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got, ok := contract.ParseTag(n.Subject); !ok || got != k || !slices.Equal(n.Channels, f.Channels) || len(text) > contract.MaxBody {
			t.Fatalf("%s", text)
		}
		has := map[string]bool{contract.Email: n.Email != "", contract.SMS: n.Phone != "",
			contract.Push: n.DeviceToken != "" || n.DeviceTokens != nil}
		if f.Users {
			id, err := strconv.ParseUint(n.UserID, 10, 64)
			if err != nil || id >= contract.SeededUsers || has[contract.Email] || has[contract.SMS] || has[contract.Push] {
				t.Fatalf("%s", text)
			}
			return
		}
		for _, c := range contract.Channels() {
			if has[c] != slices.Contains(f.Channels, c) || n.UserID != "" {
				t.Fatalf("channel %s of %s", c, text)
			}
		}
		if several := f.Devices > 1 && has[contract.Push]; several != (n.DeviceToken == "" && n.DeviceTokens != nil) ||
			several && len(slices.Compact(n.DeviceTokens)) != f.Devices {
			t.Fatalf("%d devices: %s", f.Devices, text)
		}
	})
}

// Everybody comes once before anybody comes twice, and hardly anyone beside the
// one before.
func TestUsersAreScattered(t *testing.T) {
	seen := make([]bool, users)
	near, before := 0, uint64(0)
	for n := range uint64(users) {
		u := scatter(n)
		if u >= users || seen[u] {
			t.Fatalf("user %d comes for %d", u, n)
		}
		seen[u] = true
		if d := max(u, before) - min(u, before); d < 100 {
			near++
		}
		before = u
	}
	if near > users/100 { // at random: 200 of 100,000
		t.Errorf("%d of %d users lie within 100 of the one before", near, users)
	}
}

func TestEveryRequestHasAKeyOfItsOwn(t *testing.T) {
	var mu sync.Mutex
	keys := map[string]bool{}
	tg := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		key := r.Header.Get(contract.HeaderIdempotencyKey)
		if keys[key] || len(key) < len("2a-0") || key[:3] != "2a-" {
			t.Errorf("key %q", key)
		}
		keys[key] = true
		answerWith(200, good)(w, r)
	})
	j := job(t, tg.URL, "100/s")
	j.KeyPrefix = "2a"
	o := attack(t, t.Context(), j)
	if o.gen.Outcomes[record.OutcomeOK] != o.gen.Sent || uint64(len(keys)) != o.gen.Sent+o.gen.WarmupSent {
		t.Errorf("%v, %d keys", o.gen.Outcomes, len(keys))
	}
}
