package stats

import (
	"cmp"
	"math"
	"slices"
)

// SignedRank is the exact one-sided probability that values symmetric around zero have
// ranks at least as positive as those of xs: small where xs are greater than zero. Zeros
// say nothing and are left out; equal sizes share the mean of their ranks. ok is false
// where nothing is left, or a value is not a number.
//
// Source: F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1
// (1945); the distribution over all 2ⁿ signs is summed up rank by rank, so that it holds
// with shared ranks too. The cost grows with n³: it is for some dozens of values.
func SignedRank(xs []float64) (p float64, ok bool) {
	if slices.ContainsFunc(xs, math.IsNaN) {
		return 0, false
	}
	ranks, positive := doubledRanks(xs)
	if len(ranks) == 0 {
		return 0, false
	}
	for _, share := range signSums(ranks)[positive:] {
		p += share
	}
	return min(p, 1), true
}

// doubledRanks are twice the ranks of the sizes of xs, which makes halves whole, and the
// sum of those whose value is positive.
func doubledRanks(xs []float64) (ranks []int, positive int) {
	sorted := slices.DeleteFunc(slices.Clone(xs), func(x float64) bool { return x == 0 })
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	for from := 0; from < len(sorted); {
		to := from
		for to < len(sorted) && math.Abs(sorted[to]) == math.Abs(sorted[from]) {
			to++
		}
		rank := from + 1 + to // twice the mean of from+1 … to
		for _, x := range sorted[from:to] {
			ranks = append(ranks, rank)
			if x > 0 {
				positive += rank
			}
		}
		from = to
	}
	return ranks, positive
}

// signSums is the probability of each sum of the ranks of which a fair coin decides
// whether they count.
func signSums(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	shares := make([]float64, total+1)
	shares[0] = 1
	for _, r := range ranks {
		for sum := total; sum >= 0; sum-- {
			shares[sum] /= 2
			if sum >= r {
				shares[sum] += shares[sum-r] / 2
			}
		}
	}
	return shares
}
