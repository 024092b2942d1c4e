package mockproviders

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestLedger compares with plain maps over close and scattered k.
func TestLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		calls, taken := map[uint64]int{}, map[uint64]bool{}
		ks := rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64Range(pageSize-2, pageSize+2), rapid.Uint64())
		t.Repeat(map[string]func(*rapid.T){
			"call": func(t *rapid.T) {
				k := ks.Draw(t, "k")
				calls[k]++
				if got := l.next(k); got != calls[k] {
					t.Fatalf("k %d: call %d, want %d", k, got, calls[k])
				}
			},
			"accept": func(t *rapid.T) {
				k := ks.Draw(t, "k")
				if got := l.accept(k); got != taken[k] {
					t.Fatalf("k %d: accepted before: %v, want %v", k, got, taken[k])
				}
				taken[k] = true
			},
		})
	})
}

func TestLedgerCountStopsAtItsLimit(t *testing.T) {
	var l ledger
	l.accept(math.MaxUint64)
	n := 0
	for range 3 * maxCalls {
		n = l.next(math.MaxUint64)
	}
	if n != maxCalls || !l.accept(math.MaxUint64) {
		t.Errorf("n %d", n)
	}
}

func TestLedgerIsFlatInConsecutiveNumbers(t *testing.T) {
	var l ledger
	const count = 1 << 20
	for k := range uint64(count) {
		l.next(k)
	}
	pages := 0
	for i := range l.shards {
		pages += len(l.shards[i].pages)
	}
	if pages != count/pageSize {
		t.Errorf("%d pages of %d bytes", pages, pageSize)
	}
}
