package capacity

import "time"

const (
	needed     = 2 // equal valid trials that judge a load: the best of three
	maxInvalid = 3 // of a load: more would be invalid too
)

// Search is one search under way. Its zero value is not ready: use New.
type Search struct {
	o     Options
	prior Prior

	base, top int // places on the grid: the lowest and the highest rate
	loads     map[int]*load
	lo, hi    int // hi = top+1: nothing has failed yet
	piloted   bool
	guess     int
	falls     int // steps down in a row
	at        int // place of the trial under way
	phase     Phase
	over      bool
	spent     bool // over because of the budget
}

// load is what is known of a rate.
type load struct {
	holds, fails int     // judging trials
	invalid      int     // in a row
	step         Verdict // of a single trial; empty: none
	why          string  // of the last trial that did not hold
	generator    bool
}

// judged is the verdict of a load by enough trials; empty: not yet.
func (l *load) judged() Verdict {
	switch {
	case l == nil:
		return ""
	case l.holds >= needed:
		return Holds
	case l.fails >= needed:
		return Fails
	case l.invalid >= maxInvalid:
		return Invalid
	}
	return ""
}

// New starts a search. From and To must fit (see Fits).
func New(o Options, p Prior) *Search {
	s := &Search{o: o, prior: p, base: above(o.From), top: below(o.To), loads: map[int]*load{}}
	s.lo, s.hi, s.guess = s.base-1, s.top+1, s.base
	return s
}

// Next is the next trial; ok is false when the search is over. Elapsed is the time
// that its trials have taken so far, and cost what a trial takes beyond its own
// length.
func (s *Search) Next(elapsed, cost time.Duration) (t Trial, ok bool) {
	if s.over {
		return Trial{}, false
	}
	at, phase, done := s.choose()
	if done {
		s.over = true
		return Trial{}, false
	}
	t = Trial{Rate: rateAt(at), Length: s.o.Trial(), Phase: phase}
	if phase == Step {
		t.Length = s.o.Step()
	}
	if elapsed+cost+t.Length > s.o.Budget {
		s.over, s.spent = true, true
		return Trial{}, false
	}
	s.at, s.phase = at, phase
	return t, true
}

// choose picks the place to look at next.
func (s *Search) choose() (at int, phase Phase, done bool) {
	switch gap := s.hi - s.lo; {
	case !s.piloted:
		return s.base, s.pilotPhase(), false
	case s.lo < s.base: // not even the lowest rate
		return 0, "", true
	case s.guess > s.lo && s.guess < s.hi: // once: where the server is expected to be busy
		return s.guess, Step, false
	case s.hi > s.top && s.lo < s.top:
		return min(s.lo+stride, s.top), Step, false
	case s.hi <= s.top && gap > stride:
		return s.narrow(), Step, false
	case s.hi <= s.top && gap > 1:
		return s.lo + gap/2, Judge, false
	case s.loads[s.lo].judged() == "":
		return s.lo, Judge, false
	case s.hi <= s.top && s.loads[s.hi].judged() == "":
		return s.hi, Judge, false
	}
	return 0, "", true
}

func (s *Search) pilotPhase() Phase {
	if l := s.loads[s.base]; l != nil && l.fails > 0 {
		return Judge // what fails at once is judged before it is said
	}
	return Pilot
}

// narrow steps down from what failed, by 1.5, then by its square, and so on, but
// never beyond the middle of what is left.
func (s *Search) narrow() int { return max(s.hi-stride<<s.falls, s.lo+(s.hi-s.lo)/2) }

// Observe takes in what the trial that Next gave has shown.
func (s *Search) Observe(o Observation) {
	l := s.loads[s.at]
	if l == nil {
		l = &load{}
		s.loads[s.at] = l
	}
	v := o.Verdict()
	if v != Holds {
		l.why, l.generator = o.Reason(), o.Generator && v == Invalid
	}
	if v == Invalid {
		l.invalid++
		if l.invalid >= maxInvalid {
			s.settle(s.at, Invalid)
		}
		return
	}
	l.invalid = 0
	if s.phase == Step {
		l.step = v
		s.settle(s.at, v)
		s.falls++
		if v == Holds || s.falls > 4 {
			s.falls = 0
		}
		return
	}
	if v == Holds {
		l.holds++
	} else {
		l.fails++
	}
	if s.phase == Pilot && v == Holds {
		s.start(o)
		return
	}
	if j := l.judged(); j != "" {
		s.settle(s.at, j)
	}
}

// settle moves the bracket to a load that is now known.
func (s *Search) settle(at int, v Verdict) {
	if !s.piloted { // the lowest rate itself
		s.piloted = true
		if v != Holds {
			s.hi = at
			return
		}
	}
	if v == Holds {
		s.lo = max(s.lo, at)
		if at >= s.hi { // a step had failed there
			s.hi = s.next(at)
		}
		return
	}
	s.hi = min(s.hi, at)
	if at <= s.lo { // a step had held there
		s.lo = s.previous(at)
	}
}

// next is the lowest place above at that is known to fail.
func (s *Search) next(at int) int {
	for i := at + 1; i <= s.top; i++ {
		if v := s.known(i); v == Fails || v == Invalid {
			return i
		}
	}
	return s.top + 1
}

// previous is the highest place below at that is known to hold.
func (s *Search) previous(at int) int {
	for i := at - 1; i >= s.base; i-- {
		if s.known(i) == Holds {
			return i
		}
	}
	return s.base - 1
}

// known is the verdict of a place: judged, or else by a single trial.
func (s *Search) known(i int) Verdict {
	l := s.loads[i]
	switch v := l.judged(); {
	case l == nil || v != "":
		return v
	case l.step != "":
		return l.step
	case i == s.base && l.holds > 0: // the pilot's
		return Holds
	}
	return ""
}

// start takes the first guess from the pilot: seven tenths of what the cores could
// do at the pilot's cost (an idle server pays more for a request than a busy one),
// at most what is known to be a ceiling, or what fits in flight.
func (s *Search) start(o Observation) {
	s.piloted, s.lo = true, s.base
	limits := []float64{0.7 * perSecond(1, o.CPU), 0.9 * s.prior.Ceiling,
		0.9 * perSecond(s.prior.InFlight, o.Latency)}
	rate := 0.0
	for _, l := range limits {
		if l > 0 && (rate == 0 || l < rate) {
			rate = l
		}
	}
	if rate > rateAt(s.base) {
		s.guess = min(below(rate), s.top)
	} else {
		s.guess = s.base
	}
}

// perSecond is how many of n at a time are done in a second; 0 where that is not known.
func perSecond(n int, each time.Duration) float64 {
	if each <= 0 {
		return 0
	}
	return float64(n) / each.Seconds()
}
