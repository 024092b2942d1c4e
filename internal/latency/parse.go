package latency

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Longest is the longest duration a parameter may have.
const Longest = time.Hour

// longestDelay cuts the far tail of a distribution.
const longestDelay = 24 * time.Hour

// maxText bounds what Parse hands to the YAML parser, whose recursion a deeply
// nested text could exhaust.
const maxText = 256

// maxTrace bounds a trace that is written out: MaxSamples of 32 bytes each.
const maxTrace = 32 * MaxSamples

// Parse reads a distribution in the notation of a scenario file.
func Parse(text string) (Dist, error) {
	if len(text) <= maxTrace && strings.HasPrefix(text, traceHead) {
		return parseTrace(text)
	}
	if len(text) > maxText {
		return nil, fmt.Errorf("a latency of %d characters: at most %d", len(text), maxText)
	}
	v, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("latency %q: %w", text, err)
	}
	return From(v)
}

// decode turns YAML into plain values. The parser is known to panic on some
// malformed input; that is an error like any other here.
func decode(text string) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not valid YAML: %v", p)
		}
	}()
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, fmt.Errorf("not valid YAML: %s", firstLine(yaml.FormatError(err, false, false)))
	}
	return v, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// From reads a distribution from a value already decoded from YAML or JSON: a
// string, or a map with one key, the kind.
func From(v any) (Dist, error) {
	switch v := v.(type) {
	case map[string]any:
		return fromMap(v)
	case nil:
		return nil, fmt.Errorf("latency is empty: write one of %s", examples())
	default:
		return constantOr(v)
	}
}

func constantOr(v any) (Dist, error) {
	d, err := constantFrom(v)
	if err != nil {
		return nil, fmt.Errorf("latency: %w", err)
	}
	return d, nil
}

func fromMap(m map[string]any) (Dist, error) {
	if len(m) != 1 {
		return nil, fmt.Errorf("latency: %d kinds given (%s): write exactly one of %s",
			len(m), strings.Join(slices.Sorted(maps.Keys(m)), ", "), names())
	}
	name := slices.Collect(maps.Keys(m))[0]
	i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("unknown latency %q (valid: %s)", name, names())
	}
	d, err := Kinds()[i].from(m[name])
	if err != nil {
		return nil, fmt.Errorf("latency %s: %w", name, err)
	}
	return d, nil
}

func examples() string {
	var list []string
	for _, k := range Kinds() {
		list = append(list, k.Example)
	}
	return strings.Join(list, " | ")
}

// parameters reads a map that has exactly the given keys, all durations.
func parameters(v any, keys ...string) ([]time.Duration, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("needs {%s: 50ms}", strings.Join(keys, ": 50ms, "))
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(keys, key) {
			return nil, fmt.Errorf("unknown parameter %q (valid: %s)", key, strings.Join(keys, ", "))
		}
	}
	values := make([]time.Duration, len(keys))
	for i, key := range keys {
		value, ok := m[key]
		if !ok {
			return nil, fmt.Errorf("%s is missing: write %s: 50ms", key, key)
		}
		d, err := duration(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		values[i] = d
	}
	return values, nil
}

// duration reads one duration within the limits.
func duration(v any) (time.Duration, error) {
	text, ok := v.(string)
	if !ok {
		return 0, notText(v)
	}
	d, err := time.ParseDuration(strings.TrimSpace(text))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration: write 200ms, or one of %s", text, names())
	case d < 0:
		return 0, fmt.Errorf("%s is negative", text)
	case d > Longest:
		return 0, fmt.Errorf("%s is longer than %v", text, Longest)
	}
	return d, nil
}

func notText(v any) error {
	switch v := v.(type) {
	case int, int64, uint64, float64:
		return fmt.Errorf("%v: a latency needs a unit: %vms", v, v)
	case nil:
		return fmt.Errorf("a duration is missing: write 200ms")
	default:
		return fmt.Errorf("%v is not a duration: write 200ms", v)
	}
}

// cut turns nanoseconds into a delay within [0, longestDelay].
func cut(ns float64) time.Duration {
	return time.Duration(math.Round(min(max(ns, 0), float64(longestDelay))))
}
