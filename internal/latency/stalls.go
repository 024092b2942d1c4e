package latency

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stalls is a distribution of which a small share takes a set time instead: calls
// that meet a restart, a full queue or a packet lost thrice. Choose it for a
// dependency that is quick but for a few calls, which no smooth tail describes.
//
// With F the distribution function of the others, s the share and T the time,
//
//	G(x) = (1 − s) F(x) + s [x ≥ T]
type stalls struct {
	of    Dist
	share float64
	time  time.Duration

	below, upTo float64 // shares of all calls that are shorter than T, and not longer
}

var _ Dist = stalls{}

// Limits of a share: beyond them it is nothing, or all there is.
const (
	leastShare = 1e-6
	mostShare  = 1 - leastShare
)

const stallsExample = "write {of: 65ms, share: 0.2%, for: 10s}"

func stallsFrom(v any) (Dist, error) {
	m, _ := v.(map[string]any)
	if !slices.Equal(slices.Sorted(maps.Keys(m)), []string{"for", "of", "share"}) {
		return nil, fmt.Errorf("needs of, share and for: %s", stallsExample)
	}
	of, err := From(m["of"])
	if err != nil {
		return nil, fmt.Errorf("of: %w", err)
	}
	share, err := shareFrom(m["share"])
	if err != nil {
		return nil, fmt.Errorf("share: %w", err)
	}
	d, err := duration(m["for"])
	if err != nil {
		return nil, fmt.Errorf("for: %w", err)
	}
	s := newStalls(of, share, d)
	if _, nested := of.(stalls); nested || len(s.String()) > maxText {
		return nil, fmt.Errorf("of: %s is not simple enough: %s", Brief(of.String()), stallsExample)
	}
	return s, nil
}

// newStalls finds the place of T among the other calls once and for all.
func newStalls(of Dist, s float64, at time.Duration) stalls {
	return stalls{of: of, share: s, time: at,
		below: (1 - s) * share(of, at, below), upTo: (1-s)*share(of, at, atMost) + s}
}

// shareFrom reads 0.2% or 0.002.
func shareFrom(v any) (float64, error) {
	var s float64
	err := strconv.ErrSyntax
	switch v := v.(type) {
	case float64:
		s, err = v, nil
	case string:
		number, percent := strings.CutSuffix(v, "%")
		if s, err = strconv.ParseFloat(number, 64); percent {
			s /= 100
		}
	}
	if err != nil {
		return 0, fmt.Errorf("%v is not a share: write 0.2%% or 0.002", v)
	}
	if !(s >= leastShare && s <= mostShare) { // NaN is neither
		return 0, fmt.Errorf("%v is not from 0.0001%% to 99.9999%%", v)
	}
	return s, nil
}

// shareText is a share as percent, where that reads back as the same number.
func shareText(s float64) string {
	percent := strconv.FormatFloat(math.Round(s*1e11)/1e9, 'f', -1, 64)
	if back, err := strconv.ParseFloat(percent, 64); err == nil && back/100 == s {
		return percent + "%"
	}
	return strconv.FormatFloat(s, 'f', -1, 64)
}

func (d stalls) Quantile(u float64) time.Duration {
	switch {
	case u < d.below:
		return min(d.other(u), d.time)
	case u < d.upTo:
		return d.time
	}
	return max(d.other(u-d.share), d.time)
}

// other is the delay of the calls that do not stall, below which a share u of all
// calls lies.
func (d stalls) other(u float64) time.Duration {
	return d.of.Quantile(min(u/(1-d.share), math.Nextafter(1, 0)))
}

func (d stalls) mean() time.Duration {
	return time.Duration(math.Round((1-d.share)*float64(Mean(d.of)) + d.share*float64(d.time)))
}

// kinks are those of the others, and the jump. The grid of an integral is too wide
// for the end of their tail, which lies in the midst of the shares here: it is
// looked at where they themselves are.
func (d stalls) kinks() []time.Duration { return append(nodes([]curve{curveOf(d.of)}), d.time) }

func (d stalls) String() string {
	return fmt.Sprintf("{stalls: {of: %v, share: %s, for: %v}}", d.of, shareText(d.share), d.time)
}

func (d stalls) Kind() string { return "stalls" }
