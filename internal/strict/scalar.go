package strict

import (
	"fmt"
	"slices"
	"time"
	"unicode"
)

// Scalar reads a single value as it is written, a number or true included.
func (n Node) Scalar(dst *string) bool {
	if !n.is(scalar, "write a single value") {
		return false
	}
	for _, r := range n.text {
		if unicode.IsControl(r) {
			n.Notef("write it on one line", "%s contains a control character", n.name())
			return false
		}
	}
	*dst = n.text
	return true
}

// Text reads a text that is not empty.
func (n Node) Text(dst *string) bool {
	var s string
	if !n.Scalar(&s) {
		return false
	}
	if s == "" {
		n.Notef("write a text", "%s is empty", n.name())
		return false
	}
	*dst = s
	return true
}

// Name reads a simple name: lower-case letters, digits and hyphens.
func (n Node) Name(dst *string) bool {
	var s string
	if !n.Text(&s) {
		return false
	}
	if !SimpleName(s) {
		n.Notef("write lower-case letters, digits and hyphens, such as slow-dependency",
			"%q is not a simple name", s)
		return false
	}
	*dst = s
	return true
}

// OneOf reads one of the valid texts.
func (n Node) OneOf(dst *string, valid ...string) bool {
	var s string
	if !n.Text(&s) {
		return false
	}
	if !slices.Contains(valid, s) {
		n.Note(Unknown(n.name(), s, valid))
		return false
	}
	*dst = s
	return true
}

// Int reads a whole number from low to high.
func (n Node) Int(dst *int, low, high int) bool {
	return read(n, dst, ParseInt, func(v int) bool { return low <= v && v <= high },
		fmt.Sprintf("write a whole number from %d to %d", low, high))
}

// Duration reads a duration such as 200ms, from low to high.
func (n Node) Duration(dst *time.Duration, low, high time.Duration) bool {
	return read(n, dst, ParseDuration, func(v time.Duration) bool { return low <= v && v <= high },
		fmt.Sprintf("write a duration from %v to %v", low, high))
}

// Share reads a share from 0 to 1, written 0.001 or 0.1%.
func (n Node) Share(dst *float64) bool {
	return read(n, dst, ParseShare, nil, "")
}

// read is the common part of numbers: a scalar, parsed, in range.
func read[T any](n Node, dst *T, parse func(string) (T, *Fault), inRange func(T) bool, want string) bool {
	var text string
	if !n.Scalar(&text) {
		return false
	}
	v, fault := parse(text)
	if fault != nil {
		n.Note(n.name()+": "+fault.What, fault.Instead)
		return false
	}
	if inRange != nil && !inRange(v) {
		n.Notef(want, "%s: %s is out of range", n.name(), text)
		return false
	}
	*dst = v
	return true
}
