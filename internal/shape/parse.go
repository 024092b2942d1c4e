package shape

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// Limits on what a notation may ask for.
const (
	maxRate = 1e6 // req/s
	maxTime = time.Hour
)

// Parse reads a shape in the notation of a scenario file: "300/s",
// "{ramp: {from: 10/s, to: 500/s, over: 20s}}".
func Parse(text string) (Shape, error) {
	doc := strict.Parse("load", []byte(text))
	s := Decode(doc.Root())
	if err := doc.Err(); err != nil {
		return nil, fmt.Errorf("read load shape %q: %w", text, err)
	}
	return s, nil
}

// Decode reads a shape from a value of a file. What is wrong is noted there,
// and the result is nil. More are the kinds of load besides shapes that may stand
// there, for messages.
func Decode(n strict.Node, more ...string) Shape {
	if n.IsScalar() {
		return decodeRate(n)
	}
	names := append(kindNames(), more...)
	pairs := n.Pairs("write 300/s, or one of: " + strings.Join(names, ", "))
	if len(pairs) != 1 {
		if n.IsMap() {
			n.Notef("write one of: "+strings.Join(names, ", "),
				"a load shape has one key, this has %d", len(pairs))
		}
		return nil
	}
	for _, f := range families() {
		if f.Name == pairs[0].Key {
			return f.decode(pairs[0].Value)
		}
	}
	pairs[0].KeyNode.Note(strict.Unknown("load shape", pairs[0].Key, names))
	return nil
}

// perSecond reads a rate, "300/s", "90/m" or "1000/h", into req/s.
func perSecond(n strict.Node, dst *float64) bool {
	var text string
	if !n.Text(&text) {
		return false
	}
	number, unit, _ := strings.Cut(text, "/")
	seconds, known := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	v, err := strconv.ParseFloat(number, 64)
	switch {
	case err == nil && unit == "":
		n.Notef("write "+number+"/s", "rate %q has no unit", text)
	case err != nil || !known || math.IsNaN(v):
		n.Notef("write a number per second, minute or hour: 300/s, 90/m, 1000/h", "%q is not a rate", text)
	case v < 0 || v/seconds > maxRate:
		n.Notef("write a rate from 0/s to 1000000/s", "rate %q is out of range", text)
	default:
		*dst = v / seconds
		return true
	}
	return false
}

// positiveRate is perSecond for a rate that must send something.
func positiveRate(n strict.Node, dst *float64) bool {
	var v float64
	if !perSecond(n, &v) {
		return false
	}
	// Below one request in a day nothing is sent, and a due time overflows.
	if v < 1.0/86400 {
		n.Note("the rate sends nothing", "write a rate above 0, such as 300/s")
		return false
	}
	*dst = v
	return true
}

// DecodeRate reads a rate above 0, "300/s", into req/s. An absent value leaves dst
// as it is and is no fault.
func DecodeRate(n strict.Node, dst *float64) bool { return !n.Present() || positiveRate(n, dst) }

// RateText is a rate in the notation of a scenario file.
func RateText(v float64) string { return rateText(v) }

// rateText is a rate in the notation perSecond reads, exactly.
func rateText(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	minute := strconv.FormatFloat(v*60, 'f', -1, 64)
	if back, err := strconv.ParseFloat(minute, 64); err == nil && back/60 == v && len(minute) < len(text) {
		return minute + "/m"
	}
	return text + "/s"
}
