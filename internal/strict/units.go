package strict

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// NamePattern is the regular expression of a simple name.
const NamePattern = `^[a-z0-9]+(-[a-z0-9]+)*$`

// Regular expressions of notations that are more than one JSON type, for schemas.
const (
	DurationPattern = `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`
	PercentPattern  = `^[0-9]+(\.[0-9]+)?%$`
)

var simpleName = regexp.MustCompile(NamePattern)

// SimpleName says that s is made of lower-case letters, digits and single
// hyphens: fit for a file name, a column and a command line.
func SimpleName(s string) bool { return len(s) <= 64 && simpleName.MatchString(s) }

// ParseInt reads a whole number.
func ParseInt(text string) (int, *Fault) {
	v, err := strconv.Atoi(text)
	if err != nil {
		return 0, &Fault{fmt.Sprintf("%q is not a whole number", text), "write digits only, such as 4"}
	}
	return v, nil
}

// ParseDuration reads a duration, which needs a unit.
func ParseDuration(text string) (time.Duration, *Fault) {
	if v, err := time.ParseDuration(text); err == nil && !bare(text) {
		return v, nil
	}
	if bare(text) {
		return 0, &Fault{fmt.Sprintf("%q has no unit", text), fmt.Sprintf("write %sms or %ss", text, text)}
	}
	return 0, &Fault{fmt.Sprintf("%q is not a duration", text), "write a number and a unit: 200ms, 2s, 1m30s"}
}

// bare says that text is a number without a unit; Go accepts "0" as a duration.
func bare(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// ParseShare reads a share from 0 to 1: 0.001 or 0.1%.
func ParseShare(text string) (float64, *Fault) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		v /= 100
	}
	if err != nil || math.IsNaN(v) {
		return 0, &Fault{fmt.Sprintf("%q is not a share", text), "write 0.1% or 0.001"}
	}
	if v < 0 || v > 1 {
		return 0, &Fault{fmt.Sprintf("share %s is out of range", text), "write a share from 0 to 1, or 0% to 100%"}
	}
	return v, nil
}

// ParseBytes reads a size: 64MiB, 10MB or a plain number of bytes.
func ParseBytes(text string) (uint64, *Fault) {
	digits := strings.TrimRight(text, "KMGiB")
	factor, known := byteUnits()[text[len(digits):]]
	v, err := strconv.ParseUint(digits, 10, 64)
	if !known || err != nil {
		return 0, &Fault{fmt.Sprintf("%q is not a size", text), "write 64MiB, 10MB or a number of bytes"}
	}
	if v > math.MaxInt64/factor {
		return 0, &Fault{fmt.Sprintf("size %s is out of range", text), "write a smaller size"}
	}
	return v * factor, nil
}

func byteUnits() map[string]uint64 {
	return map[string]uint64{
		"": 1, "B": 1,
		"KB": 1e3, "MB": 1e6, "GB": 1e9,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
	}
}
