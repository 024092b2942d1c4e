package latency

import "strings"

// Kind is one family of distributions, as help texts and error messages show it.
type Kind struct {
	Name    string
	Example string // in the notation of a scenario file
	Summary string

	from func(v any) (Dist, error) // reads what stands behind "<name>:"
}

// Kinds lists every family: one line each.
func Kinds() []Kind {
	return []Kind{
		{"constant", "200ms", "every call takes the same time", constantFrom},
		{"uniform", "{uniform: [100ms, 1s]}", "any delay between two bounds is equally likely", uniformFrom},
		{"normal", "{normal: {mean: 50ms, sd: 5ms}}", "a bell curve; negative draws are drawn again", normalFrom},
		{"lognormal", "{lognormal: {p50: 65ms, p99: 400ms}}", "a median with a long tail, as real services have",
			lognormalFrom},
		{"exponential", "{exponential: {mean: 50ms}}", "memoryless; many short delays, few long ones",
			exponentialFrom},
		{"percentiles", "{percentiles: {p0: 20ms, p50: 65ms, p90: 120ms, p99: 400ms, p99.9: 1s, p100: 2s}}",
			"a table, linear between its points and flat beyond them", percentilesFrom},
		{"stalls", "{stalls: {of: {lognormal: {p50: 65ms, p99: 400ms}}, share: 0.2%, for: 10s}}",
			"another latency, of which a small share takes a set time instead", stallsFrom},
		{"trace", "{trace: " + traceExample + "}",
			"measured delays; a scenario may name a file of them, one a line: {trace: samples.txt}", traceFrom},
	}
}

// names lists the valid kinds for an error message.
func names() string {
	var list []string
	for _, k := range Kinds() {
		list = append(list, k.Name)
	}
	return strings.Join(list, ", ")
}
