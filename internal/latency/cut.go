package latency

import "time"

// cutDelay is a delay that somebody waits for no longer than at.
type cutDelay struct {
	d  Quantiler
	at time.Duration
}

// Cut is the time that a caller with a timeout spends on a call: min(d, at). Its
// mean is E[min(d, at)]. A timeout of 0 or less is none.
func Cut(d Quantiler, at time.Duration) Quantiler {
	if at <= 0 {
		return d
	}
	switch d := d.(type) {
	case constant:
		return constant{min(d.d, at)}
	case maximum: // the longest of all, cut, is the longest of those cut
		parts := make(maximum, len(d))
		for i := range d {
			parts[i] = Cut(d[i], at)
		}
		return parts
	}
	return cutDelay{d, at}
}

func (c cutDelay) Quantile(u float64) time.Duration { return min(c.d.Quantile(u), c.at) }

// kinks are those before the cut, and the cut.
func (c cutDelay) kinks() []time.Duration {
	list := []time.Duration{c.at}
	if k, ok := c.d.(kinked); ok {
		for _, x := range k.kinks() {
			list = append(list, min(x, c.at))
		}
	}
	return list
}

// Beyond is the share of all delays that are longer than at; 0 where at is 0 or
// less, which stands for no limit.
func Beyond(d Quantiler, at time.Duration) float64 {
	if at <= 0 {
		return 0
	}
	return 1 - share(d, at, atMost)
}
