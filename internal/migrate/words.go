package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
)

// RateWords prints a rate: "10,000/s".
func RateWords(rate float64) string {
	return strings.TrimSuffix(metric.Rate(rate), ".0") + "/s"
}

// Money prints a figure of the plan's currency: "USD 0.0031 (0.0029–0.0034)".
func (t *Table) Money(f Figure) string { return t.Plan.Price.Currency + " " + f.Format(Number) }

// Words are the answer in sentences: what it costs to stay, from where on it pays to
// migrate, and what it is that limits the row that blocks.
func (a *Answer) Words(t *Table) []string {
	last := &a.Gains[len(a.Gains)-1]
	sentences := []string{
		fmt.Sprintf("Where an instance pays for the share of a core that it is given, a million notifications by %s cost %s what they cost by %s (%s against %s at %s).",
			a.From, a.times(shared), a.To, t.Money(last.FromCost), last.ToCost.Format(Number), RateWords(last.Rate)),
		fmt.Sprintf("Where every instance has whole cores, %s.", a.times(whole)),
		a.pays(),
		a.limits(),
	}
	for _, row := range []string{a.From, a.To} {
		if slices.Contains(t.Doubted(), row) {
			sentences = append(sentences, "The extrapolation of "+row+" is not confirmed.")
		}
	}
	return sentences
}

func shared(g *Gain) Figure { return g.Times }
func whole(g *Gain) Figure  { return g.Whole }

// times is what From costs against To at each rate: "0.78 (0.71–0.86) times at 100/s and
// 2.3 (1.8–2.4) times at 10,000/s".
func (a *Answer) times(of func(*Gain) Figure) string {
	parts := make([]string, len(a.Gains))
	for i := range a.Gains {
		parts[i] = of(&a.Gains[i]).Format(Number) + " times at " + RateWords(a.Gains[i].Rate)
	}
	return list(parts)
}

// pays says from where on it pays, in both ways of paying for cores.
func (a *Answer) pays() string {
	if a.Gains[0].Times.Interval == nil {
		return "From where on the migration pays is not said: an interval takes six valid trials."
	}
	return fmt.Sprintf("Paid by the share, the migration pays %s; by whole cores, %s.", a.from(shared), a.from(whole))
}

// from says at which of the rates it pays.
func (a *Answer) from(of func(*Gain) Figure) string {
	top := of(&a.Gains[len(a.Gains)-1])
	switch rate := a.Pays(of); {
	case rate == 0 && top.Interval.Hi < 1:
		return "at none of these rates: it costs more"
	case rate == 0:
		return "at none of these rates beyond what the trials leave open"
	case rate == a.Gains[0].Rate:
		return "at every one of these rates"
	default:
		return fmt.Sprintf("from %s on", RateWords(rate))
	}
}

// limits says what would have to be shorter for the workers not to matter.
func (a *Answer) limits() string {
	text := fmt.Sprintf("One instance of %s carries %s.", a.From, a.Limit)
	waits := Digits(a.Waits*1e3, 3) + " ms"
	if a.Waits > a.Break.V {
		return text + fmt.Sprintf(" Its workers give out before its cores as soon as a notification occupies one for more than %s; here it is %s.",
			a.Break.Format(Seconds), waits)
	}
	return text + fmt.Sprintf(" A notification occupies a worker for %s; its cores give out before its workers up to %s.", waits, a.Break.Format(Seconds))
}

// Words says what was predicted and what was measured.
func (c *Check) Words() string {
	text := fmt.Sprintf("%s under %s from %s under %s: ", c.Row, c.Load, c.From, list(c.At))
	if c.Row == c.From {
		text = fmt.Sprintf("%s under %s from %s: ", c.Row, c.Load, list(c.At))
	}
	if c.Why != "" {
		return text + "not tested: " + c.Why
	}
	var parts []string
	for i := range c.Parts {
		parts = append(parts, c.Parts[i].words())
	}
	return text + strings.Join(append(parts, c.Notes...), "; ")
}

func (o *Outcome) words() string {
	text := fmt.Sprintf("%s predicted %s, measured %s (%+.0f%%): ", o.Name, o.Predicted.Format(o.Unit), o.Unit.Exactly(o.Measured), 100*o.Off)
	switch {
	case o.Within:
		return text + fmt.Sprintf("within %.0f%%", 100*Tolerance)
	case o.WithinOwn:
		return text + "within the prediction's own interval"
	}
	return text + "NOT CONFIRMED"
}

// Verdict says what the tests are worth: empty where all came true.
func (t *Table) Verdict() string {
	var failed, untested []string
	for i := range t.Checks {
		c := &t.Checks[i]
		for j := range c.Parts {
			if o := &c.Parts[j]; !o.Met() {
				failed = append(failed, fmt.Sprintf("%s of %s under %s", o.Name, c.Row, c.Load))
			}
		}
		if c.Why != "" {
			untested = append(untested, c.Row+" under "+c.Load)
		}
	}
	switch {
	case len(failed) > 0:
		return "EXTRAPOLATION NOT CONFIRMED for " + list(failed) + ": the figures of a marked row are an order of magnitude"
	case len(t.Checks) == 0:
		return "EXTRAPOLATION NOT TESTED: the scenario predicts no measured case"
	case len(untested) > 0:
		return "EXTRAPOLATION NOT TESTED for " + list(untested)
	}
	return ""
}

// Basis says what the figures are made of.
func (t *Table) Basis() []string {
	p := t.Plan.Price
	price := fmt.Sprintf("%s %s for a vCPU-hour, %s for a GB-hour", p.Currency, amount(p.VCPUHour), amount(p.GBHour))
	if p.Source != "" {
		price += " (" + p.Source + ")"
	}
	return []string{
		fmt.Sprintf("extrapolated from %s; cores and workers at most %s busy; %s", list(t.Plan.Loads), t.Busy(), price),
		"an instance is the process tree as measured, on as many cores; vCPU is the share of cores it is given, whole cores is a core or more for every instance; " +
			"in brackets: bounds, from the lowest and highest trials of everything a figure is made of",
	}
}

func amount(v float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.6f", v), "0"), ".")
}

// Busy prints how busy cores and workers may be: "60%".
func (t *Table) Busy() string { return amount(100*t.Plan.Utilisation) + "%" }
