package scenario

import (
	"maps"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func TestWhatIsSetForAllRows(t *testing.T) {
	s, err := Decode("x.yaml", []byte(`title: t
providers: {email: {latency: 200ms}}
loads: {r: 10/s}
set: {store: sqlite, attempts: 3}
servers:
  - goroutine
  - {name: goroutine, set: {attempts: 1}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{{"store": "sqlite", "attempts": "3"}, {"store": "sqlite", "attempts": "1"}} {
		if !maps.Equal(s.Servers[i].Set, want) {
			t.Errorf("row %d sets %v, want %v", i, s.Servers[i].Set, want)
		}
	}
	if a, b := s.Servers[0].Label, s.Servers[1].Label; a != "goroutine" || b != "goroutine attempts=1" {
		t.Errorf("labels %q and %q: what all rows have tells none apart", a, b)
	}
	if got := s.Servers[1].SetPos; got["store"].Line != 4 || got["attempts"].Line != 7 {
		t.Errorf("places %v", got)
	}
	again, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil || Text(again) != Text(s) {
		t.Errorf("%v: the text is another scenario:\n%s", err, Text(s))
	}
}

func TestRequestsReadBack(t *testing.T) {
	src := strings.Replace(minimal, "{email: {", "{push: {latency: 1ms}, email: {", 1)
	plain, err := Decode("x.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if plain.Recipients != Addresses || plain.Keyed || plain.CallsPer(contract.Push) != 1 {
		t.Errorf("by default %+v", plain)
	}
	hashes := map[string]string{Hash(Text(plain)): "nothing"}
	for _, form := range []string{"recipients: users", "devices: 5", "idempotency_key: true", "devices: 2, idempotency_key: true"} {
		s, err := Decode("x.yaml", []byte(src+"request: {"+form+"}\n"))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		again, err := Decode("x.yaml", []byte(Text(s)))
		if err != nil || again.Recipients != s.Recipients || again.Devices != s.Devices || again.Keyed != s.Keyed {
			t.Errorf("%s reads back as %+v, %v", form, again, err)
		}
		if other, taken := hashes[Hash(Text(s))]; taken {
			t.Errorf("%s has the hash of %s", form, other)
		}
		hashes[Hash(Text(s))] = form
	}
	five, err := Decode("x.yaml", []byte(src+"request: {devices: 5}\n"))
	if err != nil || five.CallsPer(contract.Push) != 5 || five.CallsPer(contract.Email) != 1 {
		t.Errorf("%+v, %v", five, err)
	}
}

func TestDevicesThatCannotBe(t *testing.T) {
	push := strings.Replace(minimal, "email", "push", 1)
	for src, want := range map[string]string{
		minimal + "request: {devices: 2}\n":                      "x.yaml:5:20: devices are those of push notifications, and no channel is push: remove devices,",
		push + "request: {devices: 2, recipients: users}\n":      "x.yaml:5:20: the devices of a user are in the store, not in the request: remove devices,",
		push + "request: {devices: 101}\n":                       "x.yaml:5:20: request.devices: 101 is out of range: write a whole number from 1 to 100",
		push + "request: {idempotency_key: 3}\n":                 `x.yaml:5:28: unknown request.idempotency_key "3": valid: true, false`,
		strings.Replace(push, "title: t", "title: t\nset: 4", 1): "x.yaml:2:6: set is a single value, not a mapping",
	} {
		if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}

// A step may kill a process of the server, alone or beside what it sets, where there
// is another to go on.
func TestKillingAProcess(t *testing.T) {
	two := strings.Replace(minimal, "[goroutine]", "[{name: goroutine, processes: 2}]", 1)
	s, err := Decode("x.yaml", []byte(two+`timeline:
  - {at: 500ms, server: kill}
  - {at: 1s, server: kill, set: {providers.email.latency: 1ms}}
  - {at: 1500ms, set: {providers.email.latency: 200ms}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a process killed", "email latency 1ms, a process killed", "email latency 200ms"} {
		step := s.Timeline[i]
		if step.Text != want || step.Kill != (i < 2) || len(step.Providers) != min(i, 1) {
			t.Errorf("step %d: %+v, want %q", i, step, want)
		}
	}
	again, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil || Text(again) != Text(s) || !again.Timeline[0].Kill || again.Timeline[2].Kill {
		t.Errorf("%v: the text is another scenario:\n%s", err, Text(s))
	}
	for src, want := range map[string]string{
		minimal + "timeline: [{at: 1s, server: kill}]\n": "x.yaml:5:29: server goroutine has one process: nobody would be left to start " +
			"another when it is killed: give every server processes: 2 or more",
		two + "timeline: [{at: 1s, server: restart}]\n":       `x.yaml:5:29: unknown timeline[0].server "restart": valid: kill`,
		two + "timeline: [{at: 1s}]\n":                        "x.yaml:5:12: missing key timeline[0].set: add set:",
		two + "timeline: [{at: 2s, server: kill}]\n":          "x.yaml:5:17: the step at 2s lies outside the duration of 2s",
		two + "timeline: [{at: 1s, server: kill, set: {}}]\n": "x.yaml:5:40: this step changes nothing",
	} {
		if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}
