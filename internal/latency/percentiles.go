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

// percentiles is a table read off a dashboard. Choose it for a dependency whose
// shape no formula gives.
//
// Between two points delays are spread evenly: Q is linear between (pᵢ, dᵢ) and
// (pᵢ₊₁, dᵢ₊₁). Below the lowest and above the highest percentile given Q is
// flat: nothing is shorter or longer than what was written down. Give p0 and p100
// to say how far it reaches.
type percentiles struct{ points []point }

// point says that a share of all calls is at most as long as a delay.
type point struct {
	share float64
	delay time.Duration
}

var _ Dist = percentiles{}

const percentileExample = "write {p0: 20ms, p50: 65ms, p99: 400ms}"

func percentilesFrom(v any) (Dist, error) {
	m, ok := v.(map[string]any)
	if !ok || len(m) < 2 {
		return nil, fmt.Errorf("needs at least two percentiles: %s", percentileExample)
	}
	var d percentiles
	for _, key := range slices.Sorted(maps.Keys(m)) {
		share, err := percentile(key)
		if err != nil {
			return nil, err
		}
		delay, err := duration(m[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		d.points = append(d.points, point{share, delay})
	}
	return d, d.order()
}

// percentile reads p50 or p99.9 as a share.
func percentile(key string) (float64, error) {
	number, ok := strings.CutPrefix(key, "p")
	v, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(v >= 0 && v <= 100) || strings.Trim(number, "0123456789.") != "" {
		return 0, fmt.Errorf("unknown percentile %q: %s", key, percentileExample)
	}
	return v / 100, nil
}

// order sorts the points and refuses a table that is not one.
func (d percentiles) order() error {
	slices.SortFunc(d.points, func(a, b point) int {
		if a.share < b.share {
			return -1
		}
		return 1
	})
	for i := 1; i < len(d.points); i++ {
		a, b := d.points[i-1], d.points[i]
		switch {
		case a.share == b.share:
			return fmt.Errorf("%s is given twice: remove one", a.name())
		case a.delay > b.delay:
			return fmt.Errorf("%s %v is below %s %v: write delays that do not decrease",
				b.name(), b.delay, a.name(), a.delay)
		}
	}
	return nil
}

func (d percentiles) Quantile(u float64) time.Duration {
	i, _ := slices.BinarySearchFunc(d.points, u, func(p point, u float64) int {
		if p.share <= u {
			return -1
		}
		return 1
	})
	if i == 0 || i == len(d.points) {
		return d.points[min(i, len(d.points)-1)].delay
	}
	a, b := d.points[i-1], d.points[i]
	return cut(float64(a.delay) + (u-a.share)/(b.share-a.share)*float64(b.delay-a.delay))
}

// kinks are where its distribution function bends or jumps.
func (d percentiles) kinks() []time.Duration {
	list := make([]time.Duration, len(d.points))
	for i, p := range d.points {
		list[i] = p.delay
	}
	return list
}

func (p point) name() string {
	// Nine decimals undo what the division by 100 did to the last digit.
	number := strconv.FormatFloat(math.Round(p.share*1e11)/1e9, 'f', -1, 64)
	return "p" + number
}

func (d percentiles) String() string {
	parts := make([]string, len(d.points))
	for i, p := range d.points {
		parts[i] = p.name() + ": " + p.delay.String()
	}
	return "{percentiles: {" + strings.Join(parts, ", ") + "}}"
}

func (d percentiles) Kind() string { return "percentiles" }
