package claim

import (
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// judge is one way to settle a claim.
type judge struct {
	kind  string
	doc   string
	check func(c *record.Claim, m metric.Metric) []Problem
	read  func(look) reading
}

func judges() []judge {
	return []judge{value, atLeast, atMost, ratio, factor, order, growth}
}

func judgeOf(kind string) (judge, bool) {
	for _, j := range judges() {
		if j.kind == kind {
			return j, true
		}
	}
	return judge{}, false
}

// Kind is a kind of judge with what it asks.
type Kind struct{ Name, Doc string }

// Kinds lists the kinds of judges.
func Kinds() []Kind {
	var list []Kind
	for _, j := range judges() {
		list = append(list, Kind{j.kind, j.doc})
	}
	return list
}

// single reads the metric of one row.
func (l look) single(want span) reading {
	m, why := l.measure(l.point.Row, l.point.Load)
	if why.kind != "" {
		return absent(why)
	}
	text := stated(l.metric.Unit, l.claim.Judge.Value)
	r := reading{figure: m.words(), bound: ", " + boundWords(m.row.Bound), at: lies(m.Median), want: want,
		interval: m.Interval, trials: m.row.Valid, unit: "trial", print: size(l.metric.Unit), pooled: m.Pooled}
	r.outside = off(r.at, l.claim.Judge.Value, text)
	return r.decide()
}
