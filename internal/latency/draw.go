package latency

// The two streams of draws: whether a call fails is independent of its delay.
const (
	delayStream = 0x6c62272e07bb0142
	faultStream = 0x27d4eb2f165667c5
)

// Draw is the number in [0, 1) that decides the delay of the n-th call (from 1)
// for notification k at a provider. It is a pure function: the planner, the
// metrics and the mock providers agree on it without speaking to one another.
func Draw(seed, k uint64, provider string, n int) float64 {
	return draw(delayStream, seed, k, provider, n)
}

// DrawFault is the number in [0, 1) that decides whether that call fails: it
// does where the number is below the error rate. Thus raising the rate only
// adds failures, it moves none.
func DrawFault(seed, k uint64, provider string, n int) float64 {
	return draw(faultStream, seed, k, provider, n)
}

// DrawKind is the number in [0, 1) that decides whether that call has a fault of
// a kind. Each kind has numbers of its own, so that the rate of one does not
// decide which calls have another.
func DrawKind(seed, k uint64, provider string, n int, kind string) float64 {
	return draw(faultStream^hash(kind), seed, k, provider, n)
}

// draw chains one round of mix per part of the identity: each round is a
// bijection, so that two identities that differ in one part never collide.
func draw(stream, seed, k uint64, provider string, n int) float64 {
	h := mix(stream ^ seed)
	h = mix(h ^ k)
	h = mix(h ^ hash(provider))
	h = mix(h ^ uint64(n))
	return float64(h>>11) / (1 << 53)
}

// mix is the output function of splitmix64 (Stafford's variant 13): each bit of
// the input flips each bit of the output with probability one half.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hash is a name as a number (FNV-1a); mix spreads it.
func hash(name string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 0x100000001b3
	}
	return h
}
