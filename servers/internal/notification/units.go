package notification

import (
	"math"
	"strconv"
	"strings"
)

// parseBytes reads 64MiB, 10MB, 512B or a plain number, at most 1 TiB.
func parseBytes(s string) (int64, bool) {
	units := []struct {
		suffix string
		factor float64
	}{
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
		{"KB", 1e3}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
	}
	factor := 1.0
	for _, u := range units {
		if number, found := strings.CutSuffix(s, u.suffix); found {
			s, factor = strings.TrimSpace(number), u.factor
			break
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	n := f * factor
	if err != nil || !(n >= 0 && n <= 1<<40) || n != math.Trunc(n) {
		return 0, false
	}
	return int64(n), true
}

// parseShare reads 0.05 or 5%, from 0 to 1.
func parseShare(s string) (float64, bool) {
	number, percent := strings.CutSuffix(s, "%")
	f, err := strconv.ParseFloat(number, 64)
	if percent {
		f /= 100
	}
	return f, err == nil && f >= 0 && f <= 1
}
