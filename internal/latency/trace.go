package latency

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// trace replays measured delays: each call draws one of the samples, all equally
// likely, in no order. Choose it for a dependency that was measured.
//
//	Q(u) = x₍⌊u n⌋₊₁₎, the samples in ascending order
type trace struct{ samples []time.Duration } // ascending

var _ Dist = trace{}

// MaxSamples bounds a trace: a record carries all of it.
const MaxSamples = 20_000

// traceExample is a trace as it is written out. A scenario may name a file.
const traceExample = "[12ms, 15ms x3, 80ms]"

// newTrace takes the samples over and sorts them.
func newTrace(samples []time.Duration) (Dist, error) {
	switch {
	case len(samples) == 0:
		return nil, fmt.Errorf("no sample: write durations such as %s", traceExample)
	case len(samples) > MaxSamples:
		return nil, fmt.Errorf("more than %d samples: write every so-many-th of them", MaxSamples)
	}
	slices.Sort(samples)
	return trace{samples}, nil
}

func traceFrom(v any) (Dist, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("needs a list of durations: write %s", traceExample)
	}
	var samples []time.Duration
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, notText(item)
		}
		var err error
		if samples, err = appendRun(samples, text); err != nil {
			return nil, err
		}
	}
	return newTrace(samples)
}

// appendRun appends a sample, "15ms", or several that are equal, "15ms x3".
func appendRun(samples []time.Duration, text string) ([]time.Duration, error) {
	value, count, several := strings.Cut(text, " x")
	d, err := duration(value)
	if err != nil {
		return nil, err
	}
	n := 1
	if several {
		if n, err = strconv.Atoi(count); err != nil || n < 1 || n > MaxSamples {
			return nil, fmt.Errorf("%q: write how often as 15ms x3, up to x%d", text, MaxSamples)
		}
	}
	if len(samples)+n > MaxSamples {
		return nil, fmt.Errorf("more than %d samples: write every so-many-th of them", MaxSamples)
	}
	return append(samples, slices.Repeat([]time.Duration{d}, n)...), nil
}

func (d trace) Quantile(u float64) time.Duration {
	return d.samples[min(int(u*float64(len(d.samples))), len(d.samples)-1)]
}

// kinks are the delays at which its distribution function jumps.
func (d trace) kinks() []time.Duration { return slices.Compact(slices.Clone(d.samples)) }

func (d trace) Kind() string { return "trace" }

// The ends of a trace that is written out.
const (
	traceHead = "{trace: ["
	traceTail = "]}"
)

func (d trace) String() string {
	var b strings.Builder
	b.WriteString(traceHead)
	for i := 0; i < len(d.samples); {
		n := 1
		for i+n < len(d.samples) && d.samples[i+n] == d.samples[i] {
			n++
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.samples[i].String())
		if n > 1 {
			fmt.Fprintf(&b, " x%d", n)
		}
		i += n
	}
	b.WriteString(traceTail)
	return b.String()
}

// parseTrace reads a trace that is written out. It does not go through the YAML
// parser: a trace may be long, and a long text could exhaust that parser.
func parseTrace(text string) (Dist, error) {
	inner := strings.TrimSuffix(strings.TrimPrefix(text, traceHead), traceTail)
	if len(inner)+len(traceHead)+len(traceTail) != len(text) {
		return nil, fmt.Errorf("latency trace: does not end in %q", traceTail)
	}
	var samples []time.Duration
	for item := range strings.SplitSeq(inner, ",") {
		var err error
		if samples, err = appendRun(samples, strings.TrimSpace(item)); err != nil {
			return nil, fmt.Errorf("latency trace: %w", err)
		}
	}
	return newTrace(samples)
}

// Brief is a latency in few words where its notation is long: a trace may hold
// thousands of samples. Text that is no trace comes back as it is.
func Brief(text string) string {
	if !strings.HasPrefix(text, traceHead) || len(text) <= maxBrief {
		return text
	}
	d, err := Parse(text)
	if err != nil {
		return text[:maxBrief] + "…"
	}
	t := d.(trace)
	return fmt.Sprintf("trace of %d samples, %v to %v, median %v",
		len(t.samples), t.samples[0], t.samples[len(t.samples)-1], t.Quantile(0.5))
}

// maxBrief is how long a trace may be to be shown as it is.
const maxBrief = 80
