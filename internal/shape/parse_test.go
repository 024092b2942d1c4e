package shape

import (
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"300":                                    `rate "300" has no unit: write 300/s`,
		"300/x":                                  `"300/x" is not a rate`,
		"-1/s":                                   `rate "-1/s" is out of range`,
		"0/s":                                    "the rate sends nothing",
		"NaN/s":                                  `"NaN/s" is not a rate`,
		"{ratee: 3/s}":                           `unknown load shape "ratee": did you mean "rate"? (valid:`,
		"{}":                                     "a load shape has one key, this has 0",
		"{rate: 1/s, sine: 2}":                   "a load shape has one key, this has 2",
		"[1/s]":                                  "is a list, not a mapping",
		"{closed: {}}":                           "missing key closed.connections: add connections: 100",
		"{closed: {connections: 0}}":             "out of range",
		"{closed: {connectoins: 1}}":             `did you mean "connections"?`,
		"{ramp: {from: 1/s, to: 1/s, over: 1s}}": "a ramp from a rate to the same rate",
		"{sine: {mean: 1/s, amplitude: 2/s, period: 1s}}":        "the amplitude exceeds the mean",
		"{spike: {base: 5/s, peak: 5/s, at: 1s, for: 1s}}":       "not above its base",
		"{spike: {base: 5/s, peak: 9/s, at: 1, for: 1s}}":        `spike.at: "1" has no unit`,
		"{steps: {from: 1/s, step: 9e5/s, every: 1s, count: 9}}": "out of range",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant … %s …", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, k := range Kinds() {
		f.Add(k.Example)
	}
	f.Add("90/m")
	f.Add("{poisson: {rate: 1e3/s, seed: 18446744073709551615}}")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		back, err := Parse(s.String())
		if err != nil || back.String() != s.String() {
			t.Fatalf("%q reads as %s, which reads back as %v, %v", text, s, back, err)
		}
		for k := range uint64(3) {
			if at, ok := s.At(k); ok && at < 0 {
				t.Fatalf("%s: At(%d) = %v", s, k, at)
			}
		}
	})
}
