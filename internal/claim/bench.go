package claim

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// bench is a record and its summary.
type bench struct {
	run     *record.Run
	summary *metric.Summary
}

// look is a claim looked at in one configuration.
type look struct {
	*bench
	claim  *record.Claim
	metric metric.Metric
	point  record.Point
}

// examine reads what the verdicts go by.
func (b *bench) examine(c *record.Claim) *finding {
	f := &finding{claim: c, ceiling: b.ceilingOf(c)}
	if c.Unmeasured != "" {
		f.reading = absent(absence{Unmeasured, c.Unmeasured})
		return f
	}
	f.reading = b.read(c, c.Point)
	return f
}

// read asks the judge of a claim at a point.
func (b *bench) read(c *record.Claim, p record.Point) reading {
	j, known := judgeOf(c.Judge.Kind)
	if !known {
		return absent(absence{NotUnderstood, fmt.Sprintf("there is no judge %q", c.Judge.Kind)})
	}
	m, known := metric.ByID(c.Metric)
	if !known {
		return absent(absence{NotUnderstood, fmt.Sprintf("there is no metric %q", c.Metric)})
	}
	return j.read(look{b, c, m, p})
}

// evidence asks the same judge elsewhere; what the point leaves open is as stated.
func (b *bench) evidence(c *record.Claim, p record.Point) Evidence {
	p = record.Point{Row: or(p.Row, c.Row), Load: or(p.Load, c.Load), To: or(p.To, c.To)}
	r := b.read(c, p)
	e := evidenceOf(p, r)
	if !e.Met && e.Absence == "" {
		e.Measured = r.words(r.outside)
	}
	return e
}

// beside is what a Go row of the same model does. An order is one of the claim's own
// rows, and no row is compared with itself: there the figure stands alone.
func (b *bench) beside(c *record.Claim, row string) Evidence {
	p := record.Point{Row: row, Load: c.Load, To: c.To}
	m, known := metric.ByID(c.Metric)
	if alone := c.Judge.Kind == record.JudgeOrder || row == c.To; known && alone {
		p.To = ""
		return evidenceOf(p, look{b, c, m, p}.single(nowhere))
	}
	return evidenceOf(p, b.read(c, p))
}

func evidenceOf(p record.Point, r reading) Evidence {
	e := Evidence{Point: p, Measured: r.words(""), Value: r.value, Interval: r.interval, Met: r.met(), Absence: r.kind}
	if r.kind != "" {
		e.Measured = strings.TrimPrefix(r.why, p.Row+": ") // which is named beside it
	}
	return e
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// row finds a row that has figures to believe.
func (b *bench) row(subject, load string) (*metric.Row, absence) {
	for i := range b.summary.Rows {
		r := &b.summary.Rows[i]
		if r.Subject != subject || r.Load != load {
			continue
		}
		if r.State == metric.Measured {
			return r, absence{}
		}
		return nil, absence{absenceOf(r.State), subject + ": " + r.Absence()}
	}
	return nil, absence{NotInRun, fmt.Sprintf("%s under load %s is no part of this run", subject, load)}
}

func absenceOf(s metric.State) string {
	switch s {
	case metric.Missing:
		return NotInstalled
	case metric.AllInvalid:
		return Invalid
	case metric.Failed:
		return Failed
	case metric.NotMeasured:
		return NotReached
	}
	return NoValue
}

// measured is the claim's metric of a row.
type measured struct {
	metric.Spread
	row    *metric.Row
	metric metric.Metric
}

func (l look) measure(subject, load string) (measured, absence) {
	row, why := l.row(subject, load)
	if why.kind != "" {
		return measured{}, why
	}
	m := measured{row.Values[l.metric.ID], row, l.metric}
	if v := m.Median; !v.OK && !v.Unbounded() {
		return m, absence{NoValue, fmt.Sprintf("%s of %s: %s", l.metric.Name, subject, or(v.Why, "the record has none"))}
	}
	return m, absence{}
}
