// Package latency holds latency distributions as pure quantile functions, one
// file each. The planner integrates them, the mock providers draw from them.
//
// Model: a call's delay is Quantile(Draw(seed, k, provider, n)): the distribution
// at a number in [0, 1) that depends on nothing but the identity of the call.
// Whoever knows the seed knows every delay, in whatever order the calls arrive.
//
// Notation, the same in scenario files, JSON strings and on the command line:
//
//	200ms
//	{uniform: [100ms, 1s]}
//	{normal: {mean: 50ms, sd: 5ms}}
//	{lognormal: {p50: 65ms, p99: 400ms}}
//	{exponential: {mean: 50ms}}
//	{percentiles: {p0: 20ms, p50: 65ms, p99: 400ms, p100: 2s}}
//	{stalls: {of: {lognormal: {p50: 65ms, p99: 400ms}}, share: 0.2%, for: 10s}}
//	{trace: [12ms, 15ms x3, 80ms]}
//
// Units: time.Duration. Limits: parameters up to Longest; delays are cut at
// longestDelay, so that no tail overflows; resolution 1 ns; MaxSamples of a trace.
package latency

import "time"

// Dist is a distribution of delays.
type Dist interface {
	// Quantile is the delay below which a share u of all calls lies, 0 <= u < 1.
	// It is non-decreasing in u and never negative.
	Quantile(u float64) time.Duration
	// String is the distribution in the notation of a scenario file: "200ms",
	// "{uniform: [100ms, 1s]}". Parse reads it back.
	String() string
	// Kind is the name of its family: "constant", "uniform", …
	Kind() string
}
