package contract

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// Timing is one metric of a Server-Timing header.
type Timing struct {
	Name string
	Dur  time.Duration
	// Timed says that there was a "dur", and that it was a time.
	Timed bool
	Desc  string
}

// maxTiming is the longest "dur" that is taken for a time.
const maxTiming = 24 * time.Hour

// NextTiming reads the first metric of a Server-Timing header and returns what
// follows it; ok is false at the end. The syntax is that of W3C Server Timing,
// section 3: metrics between commas, each a name and parameters behind semicolons,
// a value being a token or a quoted string. Of a parameter that comes twice the
// first counts. What is no metric is passed over, up to the next comma.
func NextTiming(header []byte) (t Timing, rest []byte, ok bool) {
	for len(header) > 0 {
		s := timingScanner{header}
		name := s.token()
		good := len(name) > 0
		t = Timing{}
		var desc, dur bool
		for good && s.take(';') {
			key := s.token()
			if len(key) == 0 || !s.take('=') {
				continue // a parameter without a value says nothing
			}
			value := s.value()
			switch {
			case bytes.EqualFold(key, durKey) && !dur:
				dur = true
				t.Dur, t.Timed = parseMillis(value)
			case bytes.EqualFold(key, descKey) && !desc:
				desc = true
				t.Desc = string(value)
			}
		}
		good = s.skip() && good
		if good {
			t.Name = timingName(name)
			return t, s.text, true
		}
		header = s.text
	}
	return Timing{}, nil, false
}

var (
	durKey  = []byte("dur")
	descKey = []byte("desc")
)

// timingName is the name as a string; those we know cost no allocation.
func timingName(name []byte) string {
	switch string(name) {
	case TimingQueue:
		return TimingQueue
	case TimingProviders:
		return TimingProviders
	case TimingProcess:
		return TimingProcess
	case TimingPlanned:
		return TimingPlanned
	case TimingServed:
		return TimingServed
	}
	return string(name)
}

// timingScanner takes a header apart from its front.
type timingScanner struct{ text []byte }

func (s *timingScanner) space() {
	for len(s.text) > 0 && (s.text[0] == ' ' || s.text[0] == '\t') {
		s.text = s.text[1:]
	}
}

// take reads one character, white space before it included.
func (s *timingScanner) take(c byte) bool {
	s.space()
	if len(s.text) == 0 || s.text[0] != c {
		return false
	}
	s.text = s.text[1:]
	return true
}

// token reads a token of RFC 9110; empty where there is none.
func (s *timingScanner) token() []byte {
	s.space()
	n := 0
	for n < len(s.text) && isTokenByte(s.text[n]) {
		n++
	}
	token := s.text[:n]
	s.text = s.text[n:]
	return token
}

func isTokenByte(c byte) bool {
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~':
		return true
	}
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// value reads a token or a quoted string.
func (s *timingScanner) value() []byte {
	s.space()
	if len(s.text) == 0 || s.text[0] != '"' {
		return s.token()
	}
	return s.quoted()
}

// quoted reads a quoted string; one that does not end goes to the end.
func (s *timingScanner) quoted() []byte {
	s.text = s.text[1:]
	n := bytes.IndexAny(s.text, `"\`)
	if n >= 0 && s.text[n] == '"' { // nothing escaped in it
		value := s.text[:n]
		s.text = s.text[n+1:]
		return value
	}
	var value []byte
	for len(s.text) > 0 {
		c := s.text[0]
		s.text = s.text[1:]
		switch {
		case c == '"':
			return value
		case c == '\\' && len(s.text) > 0:
			c = s.text[0]
			s.text = s.text[1:]
		}
		value = append(value, c)
	}
	return value
}

// skip goes behind the next comma that is not quoted; clean is false where it
// passed over anything but white space.
func (s *timingScanner) skip() (clean bool) {
	clean = true
	for len(s.text) > 0 {
		if s.take(',') {
			return clean
		}
		if len(s.text) == 0 {
			return clean
		}
		clean = false
		if s.text[0] == '"' {
			s.quoted()
			continue
		}
		s.text = s.text[1:]
	}
	return clean
}

// parseMillis reads milliseconds. Plain decimals are read without a detour over
// floating point, so that what was written is what is read.
func parseMillis(text []byte) (time.Duration, bool) {
	var whole, fraction int64
	unit, point, digits := int64(time.Millisecond), false, 0
	for _, c := range text {
		switch {
		case c == '.' && !point:
			point = true
		case c < '0' || c > '9':
			return parseFloatMillis(text)
		case !point && whole < int64(maxTiming/time.Millisecond)+1:
			whole, digits = whole*10+int64(c-'0'), digits+1
		case point && unit > 1: // digits beyond the nanosecond are cut off
			unit /= 10
			fraction, digits = fraction+unit*int64(c-'0'), digits+1
		}
	}
	if digits == 0 || whole > int64(maxTiming/time.Millisecond) {
		return 0, false
	}
	return time.Duration(whole)*time.Millisecond + time.Duration(fraction), true
}

func parseFloatMillis(text []byte) (time.Duration, bool) {
	ms, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsNaN(ms) || ms < 0 || ms > float64(maxTiming/time.Millisecond) {
		return 0, false
	}
	return time.Duration(ms * float64(time.Millisecond)), true
}

// AppendMillis appends a time as the milliseconds of a Server-Timing header, to
// the microsecond, the rest cut off: "200.113".
func AppendMillis(dst []byte, d time.Duration) []byte {
	us := max(0, d.Microseconds())
	dst = strconv.AppendInt(dst, us/1000, 10)
	us %= 1000
	return append(dst, '.', byte('0'+us/100), byte('0'+us/10%10), byte('0'+us%10))
}
