package capacity

import "math"

// ratio of neighbouring rates on the grid.
const ratio = 1.03

// stride is a factor of 1.5 on the grid.
const stride = 14

// rateAt is the rate of a place on the grid, 1.03^i, to four digits. The grid is the
// same for every search, so that two results are equal or at least a step apart.
func rateAt(i int) float64 {
	v := math.Pow(ratio, float64(i))
	unit := math.Pow(10, math.Floor(math.Log10(v))-3)
	if unit < 1 { // dividing by a whole number keeps decimals short
		return math.Round(v*math.Round(1/unit)) / math.Round(1/unit)
	}
	return math.Round(v/unit) * unit
}

// above is the lowest place whose rate is not below a rate.
func above(rate float64) int {
	i := int(math.Floor(math.Log(rate)/math.Log(ratio))) - 1
	for rateAt(i) < rate*(1-1e-9) {
		i++
	}
	return i
}

// below is the highest place whose rate is not above a rate.
func below(rate float64) int {
	i := int(math.Ceil(math.Log(rate)/math.Log(ratio))) + 1
	for rateAt(i) > rate*(1+1e-9) {
		i--
	}
	return i
}

// Fits says that at least two rates of the grid lie between from and to.
func Fits(from, to float64) bool { return from > 0 && below(to) > above(from) }
