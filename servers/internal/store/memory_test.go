package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestShelf: a shelf is a map, but for the oldest of a shard that has no room for
// another: those arrived first, and no younger one is missing while it is there.
func TestShelf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const perShard = 3
		s := newShelf[int](perShard * shards)
		model := make(map[string]int)
		arrived := make(map[int][]string) // by shard, what is there in order of arrival
		drop := func(key string) {
			for shard, keys := range arrived {
				for i, k := range keys {
					if k == key {
						arrived[shard] = append(keys[:i:i], keys[i+1:]...)
					}
				}
			}
			delete(model, key)
		}
		shardOf := func(key string) (n int) {
			for n = range s.shards {
				if &s.shards[n] == s.shard(key) {
					break
				}
			}
			return n
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				key, value := fmt.Sprint(rapid.IntRange(0, 400).Draw(t, "key")), rapid.Int().Draw(t, "value")
				_, there := model[key]
				s.update(key, func(got int, found bool) (int, verdict) {
					if found != there || got != model[key] {
						t.Fatalf("%s shows %d, %t, want %d, %t", key, got, found, model[key], there)
					}
					return value, put
				})
				if !there {
					arrived[shardOf(key)] = append(arrived[shardOf(key)], key)
				}
				model[key] = value
			},
			"remove": func(t *rapid.T) {
				key := fmt.Sprint(rapid.IntRange(0, 400).Draw(t, "key"))
				s.update(key, func(int, bool) (int, verdict) { return 0, remove })
				drop(key)
			},
			"": func(t *rapid.T) {
				for _, keys := range arrived {
					kept := 0
					for _, key := range keys {
						got, ok := s.get(key)
						switch {
						case ok && got != model[key]:
							t.Fatalf("%s is %d, want %d", key, got, model[key])
						case ok:
							kept++
						case kept > 0:
							t.Fatalf("%s is gone while an older one is there: %v", key, keys)
						default:
							drop(key)
						}
					}
					if kept > perShard {
						t.Fatalf("%d entries in a shard for %d", kept, perShard)
					}
				}
			},
		})
	})
}

// TestMemoryIsBounded: the newest notifications and keys are there, however many came.
func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(10 * shards)
	for n := range 100 * shards {
		id := fmt.Sprint(n)
		if err := m.Save(t.Context(), Record{ID: id}, nil); err != nil {
			t.Fatal(err)
		}
		if c, err := m.Claim(t.Context(), id, [32]byte{}, day, time.Minute, time.Hour); err != nil || c.State != Fresh {
			t.Fatal(c, err)
		}
		wantRecord(t, m, Record{ID: id})
	}
	for i := range m.records.shards {
		if n, k := len(m.records.shards[i].held), len(m.keys.shards[i].held); n > 10 || k > 10 {
			t.Errorf("shard %d holds %d notifications and %d keys, want 10 at most", i, n, k)
		}
	}
}
