package scenario

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file, or writes it. A missing file is an empty one.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it):\n got %s\nwant %s", file, got, want)
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	_, err := ReadFile("testdata/mistakes.yaml")
	var problems strict.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("not a list of problems: %v", err)
	}
	golden(t, "testdata/mistakes.golden", err.Error()+"\n")
}

// minimal is the shortest scenario there is.
const minimal = `title: t
providers: {email: {latency: 200ms}}
servers: [goroutine]
loads: {r: 10/s}
`

func TestDefaults(t *testing.T) {
	s, err := Decode("dir/short-one.yaml", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "short-one" || s.Path != "/notify" || s.Wire != "plain" || strings.Join(s.Channels,
		",") != "email" {
		t.Errorf("got %+v", s)
	}
	if s.Duration != 2*time.Second || s.Warmup != time.Second || s.Timeout != 10*time.Second ||
		s.Drain != time.Second || s.MaxInFlight != 1000 || s.Trials != 6 || s.Isolation != Pinned {
		t.Errorf("got %+v", s)
	}
	if s.SLO != nil || s.Timeline != nil || s.Providers[0].ErrorStatus != 500 || s.Servers[0].Processes != 1 {
		t.Errorf("got %+v", s)
	}
	if want := (Position{File: "dir/short-one.yaml", Line: 3, Column: 11}); s.Servers[0].Pos != want {
		t.Errorf("position %+v, want %+v", s.Servers[0].Pos, want)
	}
}

func TestSectionsTogether(t *testing.T) {
	for _, c := range []struct{ name, add, want string }{
		{"timeout below a provider", "timeout: 150ms\n",
			"x.yaml:5:10: every request times out: provider email takes at least 200ms: write a timeout above 200ms"},
		{"step outside", "timeline: [{at: 2s, set: {providers.email.latency: 1ms}}]\n",
			"x.yaml:5:17: the step at 2s lies outside the duration of 2s: " +
				"write a time below 2s, or lengthen the duration"},
		{"step without effect", "timeline: [{at: 1s, set: {providers.email.latency: 0.2s}}]\n",
			"x.yaml:5:26: this step changes nothing: set another value, or remove the step"},
		{"slices of a timeline", "slices: {count: 4, length: 2s}\ntimeline: [{at: 1s, set: {providers.email.latency: 1ms}}]\n",
			"x.yaml:5:9: a timeline cannot be cut into slices: remove slices, or keep load and providers constant"},
		{"slices and a duration", "slices: {count: 4, length: 1s}\nduration: 4s\n",
			"x.yaml:6:11: the duration of a sliced measurement is count × length: remove it"},
		{"slices that do not balance", "slices: {count: 5, length: 1s}\n",
			"x.yaml:5:17: 5 slices cannot be put in balanced order: write an even number"},
		{"slices without a length", "slices: {count: 4}\n", "x.yaml:5:9: missing key slices.length: add length: 500ms"},
		{"slices half together", "slices: {count: 4, length: 1s, together: half}\n",
			`x.yaml:5:42: unknown slices.together "half": valid: true, false`},
		{"slices without a number", "slices: {length: 1s}\n", "x.yaml:5:9: missing key slices.count: add count: 8"},
		{"no provider for a channel", "request: {channels: [email, sms]}\n",
			"x.yaml:2:12: channel sms has no provider: add sms: {latency: 200ms}"},
		{"no channel for a provider", "request: {channels: [sms]}\n",
			"x.yaml:2:20: no notification uses provider email: add it to request.channels, or remove it\n" +
				"x.yaml:2:12: channel sms has no provider: add sms: {latency: 200ms}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode("x.yaml", []byte(minimal+c.add))
			got := ""
			if err != nil {
				got = err.Error()
			}
			lines := strings.Split(c.want, "\n")
			for _, line := range lines {
				if !strings.Contains(got, line) || len(strings.Split(got, "\n")) != len(lines) {
					t.Errorf("\n got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}

func TestLoadThatNeverChanges(t *testing.T) {
	src := strings.Replace(minimal, "10/s", "{spike: {base: 1/s, peak: 2/s, at: 3s, for: 1s}}", 1)
	_, err := Decode("x.yaml", []byte(src))
	if err == nil || !strings.Contains(err.Error(), "does not change within the duration of 2s") {
		t.Errorf("got %v", err)
	}
	if _, err := Decode("x.yaml", []byte(src+"duration: 4s\n")); err != nil {
		t.Error(err)
	}
}

// Where the measurement is cut, what must lie within it must lie within a slice.
func TestSlices(t *testing.T) {
	s, err := Decode("x.yaml", []byte(minimal+"slices: {count: 8, length: 500ms}\nwarmup: 1s\ntrials: 6\ndrain: 0s\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Duration != 500*time.Millisecond || s.Slices != (Slices{Count: 8, Warmup: 200 * time.Millisecond}) {
		t.Errorf("got %v, %+v", s.Duration, s.Slices)
	}
	if got, want := s.Length(), 6*(time.Second+7*200*time.Millisecond+8*500*time.Millisecond); got != want {
		t.Errorf("takes %v, want %v", got, want)
	}
	together, err := Decode("x.yaml", []byte(minimal+"slices: {count: 8, length: 500ms, together: true}\ndrain: 0s\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "slices:\n  count: 8\n  length: 500ms\n  warmup: 200ms\n  together: true\n"; !together.Slices.Together ||
		!strings.Contains(Text(together), want) || strings.Contains(Text(s), "together") || together.Length() != s.Length() {
		t.Errorf("%+v takes %v:\n%s", together.Slices, together.Length(), Text(together))
	}
	if short := Short(s); short.Slices.Count != 4 || short.Trials != 2 || short.Duration != s.Duration {
		t.Errorf("short: %+v", short)
	}
	src := strings.Replace(minimal, "10/s", "{spike: {base: 1/s, peak: 2/s, at: 1s, for: 1s}}", 1)
	_, err = Decode("x.yaml", []byte(src+"slices: {count: 4, length: 3s}\n"))
	if err == nil || !strings.Contains(err.Error(), "load r changes over time and cannot be cut into slices") {
		t.Errorf("got %v", err)
	}
}

func TestTimelineStepsHoldWholeBehaviours(t *testing.T) {
	s, err := Decode("x.yaml", []byte(minimal+`timeline:
  - {at: 500ms, set: {providers.email.latency: 500ms, providers.email.error_rate: 1%}}
  - {at: 1s, set: {providers.email.latency: 200ms}}
`))
	if err != nil {
		t.Fatal(err)
	}
	second := s.Timeline[1].Providers[0]
	if second.ErrorRate != 0.01 || second.Latency.String() != "200ms" || second.ErrorStatus != 500 {
		t.Errorf("the second step forgets the first: %+v", second)
	}
	if got, want := s.Timeline[0].Text, "email latency 500ms, email error rate 0.01"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := s.Timeline[1].Text, "email latency 200ms"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if start := s.Providers[0]; start.ErrorRate != 0 || start.Latency.String() != "200ms" {
		t.Errorf("the timeline changed the start: %+v", start)
	}
}

func TestLabels(t *testing.T) {
	s, err := Decode("x.yaml", []byte(`title: t
providers: {email: {latency: 200ms}}
loads: {r: 10/s}
servers:
  - {name: pool, set: {workers: 4, fanout: sequential, work: 10ms}}
  - {name: goroutine, set: {work: 10ms}}
  - {name: goroutine, processes: 2, set: {work: 10ms}}
  - {name: gin, label: with gin, set: {work: 10ms}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"pool fanout=sequential workers=4", "goroutine", "goroutine ×2", "with gin"} {
		if got := s.Servers[i].Label; got != want {
			t.Errorf("row %d: got %q, want %q", i, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"alpha.yaml", "beta.yaml", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(minimal), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"alpha":                         filepath.Join(dir, "alpha.yaml"),
		filepath.Join(dir, "beta.yaml"): filepath.Join(dir, "beta.yaml"),
	} {
		if got, err := Find(dir, name); err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"alfa":         `unknown scenario "alfa": did you mean "alpha"? (valid: alpha, beta)`,
		"missing.yaml": "find scenario: stat missing.yaml",
	} {
		if _, err := Find(dir, name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	entries, err := List(dir)
	if err != nil || len(entries) != 2 || entries[1] != (Entry{Name: "beta", Title: "t", File: filepath.Join(dir, "beta.yaml")}) {
		t.Errorf("got %+v, %v", entries, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(minimal)
	f.Add(minimal + "slices: {count: 4, length: 300ms, warmup: 10ms}\n")
	f.Add(minimal + "slices: {count: 2, length: 1s, together: true}\n")
	f.Add(claimed)
	files, err := filepath.Glob("../../scenarios/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/mistakes.yaml") {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		s, err := Decode("f.yaml", []byte(src))
		if err != nil {
			return
		}
		if s.Length() > 0 && Short(s).Length() > shortBudget {
			t.Errorf("short takes %v", Short(s).Length())
		}
		text := Text(s)
		back, err := Decode("f.yaml", []byte(text))
		if err != nil {
			t.Fatalf("its text does not decode: %v\n%s", err, text)
		}
		if again := Text(back); again != text {
			t.Errorf("\n got %s\nwant %s", again, text)
		}
	})
}
