package latency

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "latency is empty: write one of 200ms | {uniform"},
		{"200", "200: a latency needs a unit: 200ms"},
		{"0.5", "0.5: a latency needs a unit"},
		{"true", "true is not a duration"},
		{"fast", `"fast" is not a duration: write 200ms, or one of constant, uniform`},
		{"-5ms", "-5ms is negative"},
		{"61m", "61m is longer than 1h0m0s"},
		{"[1ms, 2ms]", "is not a duration"},
		{"{unifrom: [1ms, 2ms]}",
			`unknown latency "unifrom" (valid: constant, uniform, normal, lognormal, exponential, percentiles, stalls, trace)`},
		{"{}", "0 kinds given"},
		{"{uniform: [1ms, 2ms], constant: 3ms}", "2 kinds given (constant, uniform)"},
		{"{uniform: 5ms}", "latency uniform: needs two bounds: [100ms, 1s]"},
		{"{uniform: [5ms]}", "needs two bounds"},
		{"{uniform: [1s, 5ms]}", "the upper bound 5ms is below the lower bound 1s"},
		{"{uniform: [1, 5ms]}", "lower bound: 1: a latency needs a unit: 1ms"},
		{"{uniform: [1ms, -5ms]}", "upper bound: -5ms is negative"},
		{"{normal: 5ms}", "needs {mean: 50ms, sd: 50ms}"},
		{"{normal: {mean: 5ms}}", "sd is missing"},
		{"{normal: {mean: 5ms, sd: 1ms, max: 9ms}}", `unknown parameter "max" (valid: mean, sd)`},
		{"{normal: {mean: 5ms, sd: 0s}}", "write 5ms for a constant"},
		{"{lognormal: {p50: 9ms, p99: 5ms}}", "p99 5ms is below p50 9ms"},
		{"{lognormal: {p50: 9ms, p99: 9ms}}", "write 9ms for a constant"},
		{"{lognormal: {p50: 0s, p99: 5ms}}", "p50 must be longer than 0s"},
		{"{lognormal: {p50: 1ms, p99: 1s}}", "not below 1000 times p50"},
		{"{exponential: {mean: 0s}}", "mean must be longer than 0s"},
		{"{exponential: {mean: }}", "mean: a duration is missing"},
		{"{percentiles: {p50: 1ms}}", "needs at least two percentiles: write {p0: 20ms"},
		{"{percentiles: [1ms, 2ms]}", "needs at least two percentiles"},
		{"{percentiles: {p50: 1ms, 99: 2ms}}", `unknown percentile "99": write {p0`},
		{"{percentiles: {p50: 1ms, p101: 2ms}}", `unknown percentile "p101"`},
		{"{percentiles: {p50: 1ms, pNaN: 2ms}}", `unknown percentile "pNaN"`},
		{"{percentiles: {p50: 1ms, p5e1: 2ms}}", `unknown percentile "p5e1"`},
		{"{percentiles: {p50: 1ms, p50.0: 2ms}}", "p50 is given twice"},
		{"{percentiles: {p50: 3ms, p99: 2ms}}", "p99 2ms is below p50 3ms: write delays that do not decrease"},
		{"{percentiles: {p50: 3ms, p99: 2}}", "p99: 2: a latency needs a unit"},
		{"{stalls: 5ms}", "latency stalls: needs of, share and for: write {of: 65ms"},
		{"{stalls: {of: 1ms, share: 1%}}", "needs of, share and for"},
		{"{stalls: {of: 1, share: 1%, for: 1s}}", "of: latency: 1: a latency needs a unit"},
		{"{stalls: {of: 1ms, share: much, for: 1s}}", "share: much is not a share: write 0.2% or 0.002"},
		{"{stalls: {of: 1ms, share: 1, for: 1s}}", "share: 1 is not a share"},
		{"{stalls: {of: 1ms, share: 100%, for: 1s}}", "share: 100% is not from 0.0001%"},
		{"{stalls: {of: 1ms, share: NaN, for: 1s}}", "share: NaN is not from"},
		{"{stalls: {of: 1ms, share: 1%, for: 10}}", "for: 10: a latency needs a unit"},
		{"{stalls: {of: {stalls: {of: 1ms, share: 1%, for: 1s}}, share: 1%, for: 1s}}", "is not simple enough"},
		{"{trace: samples.txt}", "needs a list of durations"},
		{"{trace: []}", `"" is not a duration`},
		{"{trace: [1ms, 2]}", `"2" is not a duration`},
		{"{trace: [1ms x0]}", "write how often as 15ms x3, up to x20000"},
		{"{trace: [1ms x20000, 1ms]}", "more than 20000 samples"},
		{"{trace: [1ms", "does not end in"},
		{"{uniform: [1ms, 2ms]", "not valid YAML"},
		{"{uniform: [1ms, 2ms], uniform: [1ms, 2ms]}", "not valid YAML"},
		{strings.Repeat("[", 10_000), "at most 256"},
	}
	for _, tt := range tests {
		d, err := Parse(tt.text)
		if err == nil {
			t.Errorf("Parse(%q) = %v, want an error", tt.text, d)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Parse(%q): %q, want one line with %q", tt.text, err, tt.want)
		}
	}
}

func TestParseAcceptsTheLongFormOfAConstant(t *testing.T) {
	d, err := Parse("{constant: 200ms}")
	if err != nil || d.String() != "200ms" {
		t.Errorf("got %v, %v", d, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, k := range Kinds() {
		f.Add(k.Example)
	}
	f.Add("&a [*a]")
	f.Add("{? : ")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		if q := d.Quantile(0.5); q < 0 {
			t.Errorf("%q: Q(0.5) = %v", text, q)
		}
		again, err := Parse(d.String())
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%q: Parse(%q) = %v, %v", text, d, again, err)
		}
	})
}
