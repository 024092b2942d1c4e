package metric

import (
	"maps"
	"slices"
)

// trialsOf puts the slices of each trial together, in the order of the trials: the
// slices of one trial share a server process and a minute, so they are no trials of
// their own. A cell that is a whole trial is left as it is.
func trialsOf(cells []*measured) []*measured {
	byTrial := map[int][]*measured{}
	var trials []*measured
	for _, c := range cells {
		if c.Slice == 0 {
			trials = append(trials, c)
			continue
		}
		byTrial[c.Trial] = append(byTrial[c.Trial], c)
	}
	for _, trial := range slices.Sorted(maps.Keys(byTrial)) {
		parts := byTrial[trial]
		slices.SortFunc(parts, func(a, b *measured) int { return a.Slice - b.Slice })
		trials = append(trials, merge(parts))
	}
	return trials
}

// merge makes one trial of its slices. A percentile is that of the requests of all
// slices together, since the mean of percentiles is the percentile of nothing; counts
// add up; the peak of a trial is the highest of its slices, since the mean of peaks is no
// peak; every other metric is the mean of the slices, which are equally long.
func merge(parts []*measured) *measured {
	first := parts[0]
	whole := &measured{window: first.window, Cell: Cell{Index: first.Index, Subject: first.Subject,
		Load: first.Load, Trial: first.Trial, Status: first.Status, Values: map[string]Value{}},
		few: map[string][]int64{}}
	whole.times, whole.Curve = poolTimes(parts)
	whole.Bound = commonBound(parts)
	whole.slices = map[string]map[int]float64{}
	for _, c := range parts {
		whole.anatomy = append(whole.anatomy, c.anatomy...)
		whole.Verdict.Findings = append(whole.Verdict.Findings, c.Verdict.Findings...)
		whole.Verdict.Level = worse(c.Verdict.Level, whole.Verdict.Level)
	}
	for _, m := range All() {
		times := poolFew(m.ID, parts)
		if len(times) == 0 || whole.times == nil {
			whole.combine(&m, parts)
			continue
		}
		if whole.Values[m.ID] = quantileOf(times, m.quantile, whole.window); !whole.Values[m.ID].OK {
			whole.few[m.ID] = times
		}
	}
	return whole
}

// combine makes the value of a trial of those of its slices, for a metric that is no
// percentile of requests.
func (whole *measured) combine(m *Metric, parts []*measured) {
	v, terms := mean(m.ID, parts)
	switch {
	case v.OK && m.adds():
		v = known(v.V * float64(len(terms)))
	case v.OK && m.peaks():
		v, terms = known(slices.Max(slices.Collect(maps.Values(terms)))), nil
	}
	whole.Values[m.ID], whole.slices[m.ID] = v, terms
}

// mean is the mean of a metric over slices, with its terms by slice. A term larger
// than could be measured makes a mean that is; one that is missing is left out.
func mean(id string, parts []*measured) (Value, map[int]float64) {
	terms, sum := map[int]float64{}, 0.0
	var v Value
	for _, c := range parts {
		switch part := c.Values[id]; {
		case part.OK:
			terms[c.Slice] = part.V
			sum += part.V
		case part.Unbounded():
			if !v.Unbounded() || part.V > v.V {
				v = part
			}
		case !v.Unbounded():
			v = part
		}
	}
	if v.Unbounded() || len(terms) == 0 {
		return v, nil
	}
	return known(sum / float64(len(terms))), terms
}
