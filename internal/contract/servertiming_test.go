package contract

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// timings reads a whole header.
func timings(header string) (all []Timing) {
	for t, rest, ok := NextTiming([]byte(header)); ok; t, rest, ok = NextTiming(rest) {
		all = append(all, t)
	}
	return all
}

func TestServerTiming(t *testing.T) {
	const ms = time.Millisecond
	for header, want := range map[string][]Timing{
		"":        nil,
		" , ,\t,": nil,
		`queue;dur=0.012, providers;dur=200.113, process;desc="1234"`: {
			{Name: "queue", Dur: 12 * time.Microsecond, Timed: true},
			{Name: "providers", Dur: 200*ms + 113*time.Microsecond, Timed: true},
			{Name: "process", Desc: "1234"},
		},
		"planned;dur=200, served;dur=200.5": {
			{Name: "planned", Dur: 200 * ms, Timed: true}, {Name: "served", Dur: 200*ms + ms/2, Timed: true}},
		"miss":                                {{Name: "miss"}},
		"a ; DUR = 1e1 ;x;y=;desc=tok":        {{Name: "a", Dur: 10 * ms, Timed: true, Desc: "tok"}},
		`a;desc="x, \"y\" \\;dur=1";dur=3`:    {{Name: "a", Dur: 3 * ms, Timed: true, Desc: `x, "y" \;dur=1`}},
		"a;dur=1;dur=2":                       {{Name: "a", Dur: ms, Timed: true}},
		"a;dur=bad;dur=2":                     {{Name: "a"}},
		"a;dur=-1,b;dur=NaN,c;dur=Inf,d":      {{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}},
		"a;dur=99999999999999999999":          {{Name: "a"}},
		"a;dur=.,b;dur=":                      {{Name: "a"}, {Name: "b"}},
		"a;dur=.5":                            {{Name: "a", Dur: ms / 2, Timed: true}},
		"a;dur=1.0000009999":                  {{Name: "a", Dur: ms, Timed: true}},
		`no metric here, "nor, here", a`:      {{Name: "a"}},
		`a;desc="never ends, b;dur=1`:         {{Name: "a", Desc: "never ends, b;dur=1"}},
		`a;dur="1.5"`:                         {{Name: "a", Dur: ms * 3 / 2, Timed: true}},
		"a=1;dur=2, b;dur=3 oops, c;dur=\x00": nil,
	} {
		got := timings(header)
		if len(got) != len(want) {
			t.Errorf("%q: %+v, want %+v", header, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %+v, want %+v", header, got[i], want[i])
			}
		}
	}
}

// What one side writes the other reads, to the microsecond.
func TestMillisRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(-1e9, int64(maxTiming)).Draw(t, "time"))
		got := timings("a;dur=" + string(AppendMillis(nil, d)))
		if want := max(0, d.Truncate(time.Microsecond)); len(got) != 1 || !got[0].Timed || got[0].Dur != want {
			t.Fatalf("%d became %+v", d, got)
		}
	})
}

// FuzzServerTiming holds that any header is read to its end in as many steps as
// it has commas, and that no time is negative or absurd.
func FuzzServerTiming(f *testing.F) {
	f.Add(`queue;dur=0.012, providers;dur=200.113, process;desc="1234"`)
	f.Add(`a;desc="x\`)
	f.Add("a;dur=1e308;dur,,;=")
	f.Fuzz(func(t *testing.T, header string) {
		got := timings(header)
		if len(got) > strings.Count(header, ",")+1 {
			t.Fatalf("%d metrics in %q", len(got), header)
		}
		for _, m := range got {
			if m.Name == "" || m.Dur < 0 || m.Dur > maxTiming+time.Millisecond || !m.Timed && m.Dur != 0 {
				t.Fatalf("%q holds %+v", header, m)
			}
		}
	})
}
