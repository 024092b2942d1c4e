package shape

import (
	"math"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// poisson is a Poisson process of rate r: the gaps between requests are
// independent and exponential with mean 1/r,
//
//	t(k) = (1/r) · Σ −ln u(seed, i),  i = 0 … k
//
// where u is a hash of seed and i, uniform in (0, 1). Choose it where arrivals
// are independent users: it queues where an even rate of the same mean does not.
//
// At is a pure function of k and seed. A memo of partial sums makes it O(1) in
// sequence and O(4096) elsewhere below the highest k asked for; the sum is always
// taken in the same order, so the memo never changes a result.
type poisson struct {
	rate float64
	seed uint64 // 0: not given
	sums *sums
}

var _ open = poisson{}

func poissonFamily() family {
	return family{Kind{
		Name:    "poisson",
		Example: "{poisson: {rate: 300/s}}",
		Summary: "independent users: exponential gaps from a seed (seed: N fixes it, else the run's)",
	}, decodePoisson}
}

func decodePoisson(n strict.Node) Shape {
	m := n.Map("rate", "seed")
	var r float64
	seed := 0
	ok := positiveRate(m.Need("rate", "300/s"), &r)
	if s := m.Get("seed"); s.Present() {
		ok = s.Int(&seed, 1, math.MaxInt64) && ok
	}
	if !ok {
		return nil
	}
	return newPoisson(r, uint64(seed))
}

func newPoisson(rate float64, seed uint64) poisson {
	return poisson{rate: rate, seed: seed, sums: &sums{seed: seed}}
}

func (p poisson) At(k uint64) (time.Duration, bool) { return due(p.sums.to(k) / p.rate) }
func (p poisson) Rate(time.Duration) float64        { return p.rate }
func (poisson) Kind() string                        { return "poisson" }
func (p poisson) hits(t time.Duration) float64      { return p.rate * t.Seconds() }
func (p poisson) peak(time.Duration) float64        { return p.rate }
func (poisson) changing() bool                      { return false }
func (p poisson) stretched(float64) Shape           { return p }

func (p poisson) String() string {
	if p.seed == 0 {
		return notation("poisson", "rate: %s", rateText(p.rate))
	}
	return notation("poisson", "rate: %s, seed: %d", rateText(p.rate), p.seed)
}

// seeded gives the process its seed unless the notation has fixed one.
func (p poisson) seeded(seed uint64) Shape {
	if p.seed != 0 {
		return p
	}
	return newPoisson(p.rate, seed&math.MaxInt64)
}

// sums memoises the partial sums of unit gaps: where it stands, and every
// stride-th on the way there.
type sums struct {
	mu    sync.Mutex
	seed  uint64
	k     uint64 // the next gap to add
	sum   float64
	marks []float64 // marks[i]: sum of the first i·stride gaps
}

const stride = 4096

// to is the sum of the gaps 0 … k.
func (s *sums) to(k uint64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k < s.k {
		i := min(k/stride, uint64(len(s.marks)-1))
		s.k, s.sum = i*stride, s.marks[i]
	}
	for ; s.k <= k; s.k++ {
		if s.k == uint64(len(s.marks))*stride {
			s.marks = append(s.marks, s.sum)
		}
		s.sum += gap(s.seed, s.k)
	}
	return s.sum
}

// gap k: exponential with mean 1, by inversion.
func gap(seed, k uint64) float64 {
	u := (float64(mix(mix(seed)+k)>>11) + 0.5) / (1 << 53)
	return -math.Log(u)
}

// mix is the finaliser of splitmix64: every bit of x changes half of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
