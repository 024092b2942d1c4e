package gate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// words say what the verdict of a look rests on.
func (e estimate) words() string {
	sofar := e.over()
	switch e.Verdict {
	case NotGated:
		return fmt.Sprintf("no value in %d of %s: %s", e.all-e.Blocks, count(e.all, "block"), e.why)
	case Regressed:
		return fmt.Sprintf("%s, by at least %s (error %s), where more than %s is a regression",
			sofar, percent(e.Bounds.Lo), roughly(e.alpha), exactly(e.Effect))
	case Improved:
		return fmt.Sprintf("%s, by at least %s (error %s)", sofar, percent(share(e.mean.Mean+e.margin)), roughly(e.alpha))
	case Pass:
		return fmt.Sprintf("%s, %s (error %s), where %s is tolerated", sofar, atMost(e.Bounds.Hi), roughly(e.miss), e.limit())
	case Inconclusive:
		return join(e.soFar()+e.neither(), e.planWords())
	}
	return e.soFar() + e.neither()
}

// over is the estimate in words.
func (e estimate) over() string {
	return fmt.Sprintf("%s over %s", change(e.Change), count(e.Blocks, "block"))
}

// soFar is the estimate with its bounds, neither why they decide nothing.
func (e estimate) soFar() string {
	if !e.known {
		return count(e.Blocks, "block") + " with a value: nothing is known"
	}
	return fmt.Sprintf("%s, between %s and %s", e.over(), change(e.Bounds.Lo), change(e.Bounds.Hi))
}

func (e estimate) neither() string {
	if !e.known {
		return ""
	}
	return fmt.Sprintf(": neither surely a regression (more than %s) nor surely tolerable (less than %s)", exactly(e.Effect), e.limit())
}

// planWords say what could have been seen, and what it would take.
func (e estimate) planWords() string {
	if !e.known {
		return ""
	}
	seen := fmt.Sprintf("%s worse would have been called worse here", percent(e.Visible))
	limit := e.limit()
	switch {
	case e.Needs == 0:
		return fmt.Sprintf("%s, and no reasonable number of blocks would show %s", seen, limit)
	case e.Needs <= e.Blocks:
		return fmt.Sprintf("%s, and %s is enough to see %s: the change lies between the two", seen, count(e.Needs, "block"), limit)
	}
	return fmt.Sprintf("%s, to see %s here you need %s", seen, limit, count(e.Needs, "block"))
}

func (e estimate) confirmWords() string {
	if e.quiet || !e.known {
		return fmt.Sprintf("no value in %d of %s: %s", e.all-e.Blocks, count(e.all, "fresh block"), e.why)
	}
	return fmt.Sprintf("%s over %s, %s (error %s)", change(e.Change), count(e.Blocks, "fresh block"), atLeast(e.Bounds.Lo), roughly(e.alpha))
}

// change is a share in words: "3.1% worse", "0.4% better".
func change(x float64) string {
	switch text := percent(x); {
	case text == "0.0%":
		return "unchanged"
	case x > 0:
		return text + " worse"
	default:
		return text + " better"
	}
}

// atMost is an upper bound, atLeast a lower one, in words.
func atMost(x float64) string {
	if x < 0 && percent(x) != "0.0%" {
		return "at least " + change(x)
	}
	return "at most " + percent(x) + " worse"
}

func atLeast(x float64) string {
	if x < 0 && percent(x) != "0.0%" {
		return "at most " + change(x)
	}
	return "at least " + percent(x) + " worse"
}

// percent is the size of a measured share: "3.1%", "12%".
func percent(x float64) string {
	p, decimals := math.Abs(x)*100, 1
	if p >= 9.95 {
		decimals = 0
	}
	return strconv.FormatFloat(p, 'f', decimals, 64) + "%"
}

// exactly is a stated share with all its digits: "5%", "12.5%".
func exactly(x float64) string {
	return strconv.FormatFloat(math.Round(x*1e8)/1e6, 'f', -1, 64) + "%"
}

// roughly is a probability with two significant digits: "0.091%".
func roughly(x float64) string {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x*100, 'g', 2, 64), 64)
	return strconv.FormatFloat(v, 'f', -1, 64) + "%"
}

// limit is what is tolerated.
func (e estimate) limit() string {
	if t := e.tolerated(); t > e.Tolerance {
		return percent(t) + " (the floor)"
	}
	return exactly(e.Tolerance)
}

// join puts what is there together.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

// count is a number with its noun: "1 block", "8 blocks".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// list is "a", "a and b", "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
