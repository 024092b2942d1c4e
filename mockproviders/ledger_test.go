package mockproviders

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestLedger compares with plain maps over close and scattered k.
func TestLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		calls, taken := map[uint64]int{}, map[uint64]uint8{}
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
				if got := l.accept(k); got != (taken[k] > 0) {
					t.Fatalf("k %d: accepted before: %v, want %d times", k, got, taken[k])
				}
				taken[k]++
			},
			"": func(t *rapid.T) { checkPages(t, &l, taken) },
		})
	})
}

// checkPages compares what is handed out with what was accepted.
func checkPages(t *rapid.T, l *ledger, want map[uint64]uint8) {
	seen, last := 0, -1.0
	err := l.each("email", func(page contract.LedgerPage) error {
		if page.Provider != "email" || float64(page.From) < last || len(page.Accepted) > linePages*pageSize {
			t.Fatalf("page %+v after %v", page, last)
		}
		last = float64(page.From)
		for i, n := range page.Accepted {
			if n != want[page.From+uint64(i)] {
				t.Fatalf("k %d: accepted %d times, want %d", page.From+uint64(i), n, want[page.From+uint64(i)])
			}
			if n > 0 {
				seen++
			}
		}
		return nil
	})
	if err != nil || seen != len(want) {
		t.Fatalf("%d numbers instead of %d, %v", seen, len(want), err)
	}
}

func TestLedgerCountStopsAtItsLimit(t *testing.T) {
	var l ledger
	l.accept(math.MaxUint64)
	n := 0
	for range 3 * maxCount {
		n = l.next(math.MaxUint64)
	}
	if n != maxCount || !l.accept(math.MaxUint64) {
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

// TestLedgerOfALongRunIsSmall: two million notifications at three providers, as
// memory and as an answer.
func TestLedgerOfALongRunIsSmall(t *testing.T) {
	const count = 2_000_000
	b := start(t, map[string]contract.Behaviour{
		contract.Email: {Latency: "0s"}, contract.SMS: {Latency: "0s"}, contract.Push: {Latency: "0s"},
	})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, p := range b.providers {
		for k := range uint64(count) {
			p.ledger.next(k)
			p.ledger.accept(k)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := after.HeapAlloc - before.HeapAlloc; grown > 16<<20 {
		t.Errorf("%d bytes", grown)
	}
	r := b.do(http.MethodGet, b.Ready().Control+"/ledger", "")
	if r.status != http.StatusOK || len(r.body) > 1<<20 {
		t.Errorf("status %d, %d bytes", r.status, len(r.body))
	}
	runtime.ReadMemStats(&before)
	if spent := before.TotalAlloc - after.TotalAlloc; spent > 40<<20 {
		t.Errorf("the answer took %d bytes of memory in all", spent)
	}
	t.Logf("ledger %d bytes, answer %d, allocated for it %d", after.HeapAlloc, len(r.body), before.TotalAlloc-after.TotalAlloc)
}

// TestLedgerIsServed: accepted counts, of accepted calls only.
func TestLedgerIsServed(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{
		contract.Email: {Latency: "0s"}, contract.SMS: {Latency: "0s", ErrorRate: 1},
		contract.Push: {Latency: "0s", Faults: map[string]float64{contract.FaultMalformed: 1}},
	})
	for _, channel := range contract.Channels() {
		b.send(channel, 3)
		b.send(channel, 3)
		b.send(channel, 70_000)
		b.send(channel, contract.ProbeBase+1)
	}
	r := b.do(http.MethodGet, b.Ready().Control+"/ledger", "")
	z, err := gzip.NewReader(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]map[uint64]uint8{}
	for lines := json.NewDecoder(z); lines.More(); {
		var page contract.LedgerPage
		if err := lines.Decode(&page); err != nil {
			t.Fatal(err)
		}
		for i, n := range page.Accepted {
			if n > 0 {
				if got[page.Provider] == nil {
					got[page.Provider] = map[uint64]uint8{}
				}
				got[page.Provider][page.From+uint64(i)] = n
			}
		}
	}
	twice := map[uint64]uint8{3: 2, 70_000: 1}
	want := map[string]map[uint64]uint8{contract.Email: twice, contract.Push: twice}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
