package main

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stamp"
)

// every is n arrivals at a rate from a time on.
func every(n int, rate float64) (at []int64) {
	for k := range n {
		at = append(at, 1e18+int64(float64(k)*1e9/rate))
	}
	return at
}

// Arrivals that are late by a known time are found late by it, wherever they began.
func TestUniformLag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := every(2000, 1000)
		late := make([]int64, len(at))
		for k := range at {
			if k > 0 && rapid.Bool().Draw(t, "late") {
				late[k] = rapid.Int64Range(0, 5e6).Draw(t, "by")
			}
			at[k] += late[k]
		}
		for k, lag := range uniformLag(at, 1000) {
			if off := int64(lag) - late[k]; off < -2 || off > 2 {
				t.Fatalf("arrival %d is late by %v, want %v", k, lag, time.Duration(late[k]))
			}
		}
	})
}

func TestBursts(t *testing.T) {
	at := every(1001, 1000)
	if got := *burstShare(at, 1000); got != 0 {
		t.Errorf("evenly: %v", got)
	}
	for k := 1; k < len(at); k += 2 { // pairs
		at[k] = at[k-1] + 1000
	}
	if got := *burstShare(at, 1000); got != .5 {
		t.Errorf("in pairs: %v", got)
	}
	if r := *achieved(every(1001, 1000)); r < 999 || r > 1001 {
		t.Errorf("rate %v", r)
	}
}

func TestIntendedLag(t *testing.T) {
	lags := intendedLag([]stamp.Arrival{{At: 110, K: 1}, {At: 250, K: 2}, {At: 1, K: stamp.NoK}, {At: 1, K: 9}},
		map[uint64]int64{1: 100, 2: 200})
	if len(lags) != 2 || lags[0] != 10 || lags[1] != 50 {
		t.Errorf("%v", lags)
	}
}

func TestMissingStaysMissing(t *testing.T) {
	var f figures
	f.setLags(make([]time.Duration, 100))
	if f.p50 == nil || f.p99 != nil || f.max == nil {
		t.Errorf("%+v", f)
	}
	if cell([]figures{f}, column{"p99", 1, func(f *figures) *float64 { return f.p99 }, 3, nil}) != "n/a" {
		t.Error("a missing value is printed")
	}
}
