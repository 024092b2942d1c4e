package gatetest

import "fmt"

func (r *Result) powerTable() section {
	s := section{title: "What each metric finds", left: 2, table: [][]string{{"injected", "by", "really worse, and found by it alone", "found in 90% from"}}}
	for i := range r.Power {
		p := &r.Power[i]
		points, from := "", "none of these"
		for _, point := range p.Points {
			if points != "" {
				points += ", "
			}
			points += signed(point.Change) + ": " + rateText(&point.Found)
		}
		if p.Found90 != nil {
			from = signed(*p.Found90)
		}
		s.table = append(s.table, []string{string(p.Kind), p.Metric, points, from})
	}
	return s
}

func (r *Result) noiseTable() section {
	s := section{title: "Noise of a block", left: 1, table: [][]string{{"metric", "blocks", "SD", "robust SD", "winsorized SD", "bias", "autocorrelation"}}}
	for i := range r.Noise {
		n := &r.Noise[i]
		s.table = append(s.table, []string{
			n.Metric, fmt.Sprint(n.Blocks), fine(n.SD), fine(n.Robust), fine(n.Winsorized),
			fmt.Sprintf("%s (%s to %s)", fine(n.Bias), fine(n.Interval.Lo), fine(n.Interval.Hi)),
			fmt.Sprintf("%.2f (±%.2f)", n.Autocorrelation, n.Independent),
		})
		if !n.Interval.Contains(0) {
			s.notes = append(s.notes, n.Metric+": the bias is not 0: the arms are not alike, or a block is not fair to both.")
		}
		if n.Autocorrelation > n.Independent || n.Autocorrelation < -n.Independent {
			s.notes = append(s.notes, n.Metric+": one block says something of the next: they are not independent, and the intervals here are too narrow or too wide.")
		}
	}
	if len(r.Noise) > 0 {
		s.notes = append(s.notes, "Of the A/A blocks: logarithm of candidate over base, close to a share. In brackets the 95% interval of the bias, and within what the autocorrelation of independent blocks lies.")
	}
	return s
}

// fine is a small share: "0.42%".
func fine(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }

func (r *Result) gateTable() section {
	s := section{title: "Real gates", left: 1, table: [][]string{{"injected", "gates", "red", "pseudo-gates: red", "found", "inconclusive", "invalid", "pass", "time", "blocks"}}}
	for i := range r.Gates {
		g := &r.Gates[i]
		if g.Unfinished > 0 {
			s.notes = append(s.notes, fmt.Sprintf("%s: %d gates are not over.", g.Injection, g.Unfinished))
		}
		if g.Gates == 0 {
			continue
		}
		expected, found := none, none
		if g.Expected != nil {
			expected = percent(round(*g.Expected))
			if !g.Agrees {
				s.notes = append(s.notes, g.String()+": the real gates are not red as often as the pseudo-gates say.")
			}
		}
		if g.Kind != None {
			found = rateText(&g.Found)
		}
		s.table = append(s.table, []string{
			g.String(), fmt.Sprint(g.Gates), rateText(&g.Red), expected, found, rateText(&g.Inconclusive), rateText(&g.Invalid), rateText(&g.Pass),
			minutes(g.Took.Median), fmt.Sprintf("%.0f", g.Needed.Median),
		})
	}
	if len(r.Gates) > 0 {
		s.notes = append(s.notes, "Each of blocks that were measured one after the other, and are in the pool as well: a check, coarse for so few, of what neighbours have in common. In brackets: Clopper–Pearson, 95%.")
	}
	return s
}
