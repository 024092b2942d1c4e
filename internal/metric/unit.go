package metric

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Unit is a base unit.
type Unit string

// The units. Their texts end the machine-readable names of columns.
const (
	PerSecond   Unit = "req_per_s"
	Nanoseconds Unit = "ns"
	Share       Unit = "share" // 0 to 1, and beyond 1 for several cores; printed in percent
	Bytes       Unit = "bytes"
	Requests    Unit = "requests"
	Calls       Unit = "calls"
	Connections Unit = "connections"
)

// Format prints v for people, scaled, with its unit: "205.3 ms", "9,259 req/s".
func (u Unit) Format(v float64) string {
	switch u {
	case PerSecond:
		return Rate(v) + " req/s"
	case Nanoseconds:
		return Time(v)
	case Share:
		return percent(v)
	case Bytes:
		return bytes(v)
	case Calls:
		return calls(v) + " calls"
	}
	return number(v)
}

// Time prints nanoseconds with four significant digits.
func Time(ns float64) string {
	units := []struct {
		size float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}}
	if ns == 0 {
		return "0 s"
	}
	for _, u := range units {
		// 999.96 µs would round to 1000 µs: it is 1.000 ms.
		if math.Abs(ns) >= u.size*0.99995 || u.size == 1 {
			return significant(ns/u.size, 4) + " " + u.name
		}
	}
	return ""
}

func percent(share float64) string {
	p := share * 100
	switch a := math.Abs(p); {
	case a == 0:
		return "0%"
	case a < 0.005:
		return "<0.01%"
	case a < 1:
		return strconv.FormatFloat(p, 'f', 2, 64) + "%"
	case a < 99.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + "%"
	}
	return Thousands(strconv.FormatFloat(p, 'f', 0, 64)) + "%"
}

func bytes(b float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for math.Abs(b) >= 1024*0.9995 && i < len(units)-1 {
		b /= 1024
		i++
	}
	return significant(b, 3) + " " + units[i]
}

// Rate prints a rate without its unit: one decimal below a thousand.
func Rate(v float64) string {
	if math.Abs(v) < 999.95 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return number(v)
}

// number prints a count: one decimal below a thousand where there is one to show.
func number(v float64) string {
	if math.Abs(v) < 999.95 && math.Abs(v-math.Round(v)) > 0.04 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return Thousands(strconv.FormatFloat(v, 'f', 0, 64))
}

// calls prints a count of calls: two decimals below a hundred where there is one to
// show, for "1.08 calls" tells of retries.
func calls(v float64) string {
	if a := math.Abs(v); a < 99.995 && math.Abs(v-math.Round(v)) > 0.004 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return number(v)
}

// significant prints at most n significant digits, without an exponent.
func significant(v float64, n int) string {
	whole := 1
	if a := math.Abs(v); a >= 1 {
		whole = int(math.Floor(math.Log10(a)+1e-9)) + 1
	}
	return Thousands(strconv.FormatFloat(v, 'f', max(0, n-whole), 64))
}

// Thousands puts separators into a decimal number.
func Thousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, dot := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dot {
		whole += "." + fraction
	}
	return sign + whole
}

// Count prints a whole number with its noun: "1 pair", "1,024 requests".
func Count[T int | uint64](n T, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Thousands(fmt.Sprint(n)) + " " + noun
}
