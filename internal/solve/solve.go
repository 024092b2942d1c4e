// Package solve finds the lowest whole number at which a measured value reaches a
// target: threads or connections under which a stated rate comes out. It is a pure
// state machine, observation in, next number out; it measures nothing itself.
//
// It takes the value to grow with the number and bisects: first the highest number,
// since nothing is to be found where even that falls short, then the middle of what
// is left. With noise the bracket is off by what the noise makes of its two ends,
// which is why each has an interval. Numbers between neighbours there are none: the
// bracket ends at the number that was asked for and the one below it.
package solve

// maxInvalid is how often a number is tried without a measurement to be believed.
const maxInvalid = 5

// Observation is what was measured at a number.
type Observation struct {
	Value   float64 // the median of the trials
	Lo, Hi  float64 // the lowest and the highest of them
	Trials  int
	Invalid string // why it is not to be believed; empty: it is
}

// Point is a number that was tried.
type Point struct {
	N int
	Observation
}

// Status is how a search stands.
type Status string

// The statuses.
const (
	Open    Status = "open"          // it goes on
	Found   Status = "found"         // Below falls short, Reaches, the next number, does not
	Lowest  Status = "at the lowest" // the lowest number reaches it already
	Never   Status = "never"         // the highest number falls short
	Blocked Status = "blocked"       // a number cannot be measured
)

// Search is one search under way. Use New.
type Search struct {
	target   float64
	from, to int
	lo, hi   int // hi = to+1: nothing has reached it yet
	at       int
	invalid  int // of at, in a row
	status   Status
	points   []Point
}

// New starts a search for the lowest number from from to to that reaches target.
func New(target float64, from, to int) *Search {
	return &Search{target: target, from: from, to: to, lo: from - 1, hi: to + 1, at: to, status: Open}
}

// Most is how many numbers a search tries at most, invalid ones not counted.
func Most(from, to int) int {
	n := 1
	for width := to - from + 1; width > 1; width = (width + 1) / 2 {
		n++
	}
	return n
}

// Next is the number to be measured next; ok is false when the search is over.
func (s *Search) Next() (n int, ok bool) { return s.at, s.status == Open }

// Observe takes in what was measured at the number that Next gave.
func (s *Search) Observe(o Observation) {
	s.points = append(s.points, Point{s.at, o})
	switch {
	case o.Invalid != "":
		if s.invalid++; s.invalid >= maxInvalid {
			s.status = Blocked
		}
		return
	case o.Value >= s.target:
		s.hi = s.at
	case s.at == s.to:
		s.status = Never
	default:
		s.lo = s.at
	}
	s.invalid = 0
	if s.status == Open && s.hi-s.lo <= 1 {
		s.status = Found
		if s.hi == s.from {
			s.status = Lowest
		}
	}
	s.at = s.lo + (s.hi-s.lo)/2
}

// Result is what is known so far; when the search is over, its outcome.
type Result struct {
	Status  Status
	Points  []Point // in the order in which they were tried
	Below   *Point  // the highest number that fell short; nil: none did
	Reaches *Point  // the lowest that did not; nil: none
}

// Result says how the search stands.
func (s *Search) Result() Result {
	r := Result{Status: s.status, Points: s.points}
	for i := range s.points {
		p := &s.points[i]
		if p.Invalid != "" {
			continue
		}
		if p.Value >= s.target && (r.Reaches == nil || p.N < r.Reaches.N) {
			r.Reaches = p
		}
		if p.Value < s.target && (r.Below == nil || p.N > r.Below.N) {
			r.Below = p
		}
	}
	return r
}
