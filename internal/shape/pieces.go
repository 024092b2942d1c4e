package shape

import (
	"math"
	"sort"
	"time"
)

// pieces is a rate that is linear in pieces; the last piece goes on at its
// final rate for ever. Within a piece that starts at s with the rate a and
// changes by c req/s each second, x seconds in,
//
//	rate(x) = a + c·x
//	N(s+x)  = N(s) + a·x + c·x²/2
//
// and request k, the n = k − N(s)-th of the piece, is due at the x that solves
// N = k, in the form that neither cancels nor divides by zero when c is 0:
//
//	x = 2n / (a + √(a² + 2·c·n))
type pieces []piece

type piece struct {
	start, length float64 // s
	rate, slope   float64 // req/s at the start, req/s²
	before        float64 // N(start)
}

// leg is one piece as a shape describes it.
type leg struct {
	from, to float64 // req/s
	length   time.Duration
}

// newPieces joins legs end to end and lets the rate go on as final after them.
func newPieces(final float64, legs ...leg) pieces {
	var ps pieces
	start, before := 0.0, 0.0
	for _, l := range legs {
		if l.length <= 0 {
			continue
		}
		length := l.length.Seconds()
		slope := (l.to - l.from) / length
		ps = append(ps, piece{start: start, length: length, rate: l.from, slope: slope, before: before})
		start += length
		before += (l.from + l.to) / 2 * length
	}
	return append(ps, piece{start: start, length: math.Inf(1), rate: final, before: before})
}

// at is the time request k is due.
func (ps pieces) at(k uint64) (time.Duration, bool) {
	target := float64(k)
	i := sort.Search(len(ps), func(i int) bool { return ps[i].before > target }) - 1
	// A piece without any rate holds no request: the one that reaches k ended before it.
	for i > 0 && ps[i].before == target && ps[i].rate == 0 && ps[i].slope <= 0 {
		i--
	}
	p := ps[i]
	n := target - p.before
	if n == 0 {
		return due(p.start)
	}
	root := p.rate + math.Sqrt(max(0, p.rate*p.rate+2*p.slope*n))
	if root == 0 {
		return 0, false
	}
	return due(p.start + min(2*n/root, p.length))
}

func (ps pieces) find(t time.Duration) (p piece, x float64) {
	s := t.Seconds()
	i := sort.Search(len(ps), func(i int) bool { return ps[i].start > s }) - 1
	p = ps[max(0, i)]
	return p, s - p.start
}

// hits is N(t).
func (ps pieces) hits(t time.Duration) float64 {
	p, x := ps.find(t)
	return p.before + p.rate*x + p.slope*x*x/2
}

// Rate is the intended rate at time t.
func (ps pieces) Rate(t time.Duration) float64 {
	p, x := ps.find(t)
	return p.rate + p.slope*x
}

// peak of a piecewise linear rate lies at an end of a piece, or of the window.
func (ps pieces) peak(window time.Duration) float64 {
	highest := ps.Rate(window)
	for _, p := range ps {
		if p.start > window.Seconds() {
			break
		}
		highest = max(highest, p.rate)
		if p.start+p.length <= window.Seconds() {
			highest = max(highest, p.rate+p.slope*p.length)
		}
	}
	return highest
}

// changing is true of every shape that is made of pieces.
func (pieces) changing() bool { return true }

// lastChange is the start of what goes on for ever.
func (ps pieces) lastChange() time.Duration {
	i := len(ps) - 1
	for i > 0 && ps[i-1].slope == 0 && ps[i-1].rate == ps[i].rate {
		i--
	}
	return time.Duration(math.Round(ps[i].start * 1e9))
}
