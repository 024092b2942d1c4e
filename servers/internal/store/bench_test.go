package store

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// submitters is how many goroutines write at once in a benchmark.
const submitters = 128

// parallel runs b.N operations from that many goroutines and reports their rate.
func parallel(b *testing.B, do func(n int64) error) {
	var count atomic.Int64
	b.SetParallelism(submitters / 2) // times GOMAXPROCS, which is 2 where it was measured
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(count.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func benchmarkAccept(b *testing.B, s interface {
	Store
	Outbox
}) {
	prefix := randomName()
	parallel(b, func(n int64) error {
		id := fmt.Sprintf("%s-%d", prefix, n)
		return s.Accept(context.Background(), record(id, contract.StatusQueued), job(id, 1), nil)
	})
	st := s.Stats()
	b.ReportMetric(float64(st.Writes)/float64(st.Batches), "writes/batch")
}

// BenchmarkSQLiteAccept is the rate of durable accepts of one process.
func BenchmarkSQLiteAccept(b *testing.B) {
	for _, synchronous := range []string{syncFull, syncNormal} {
		for _, batch := range []int{1, 64, 256} {
			b.Run(fmt.Sprintf("sync=%s/batch=%d", synchronous, batch), func(b *testing.B) {
				s, err := newSQLite(b.Context(), Options{Dir: b.TempDir(), Pool: DefaultPool, Batch: batch}, synchronous)
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				benchmarkAccept(b, s)
			})
		}
	}
}

func BenchmarkPostgresAccept(b *testing.B) {
	for _, batch := range []int{1, 64} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			o := Options{Kind: contract.StorePostgres, Batch: batch}
			o.URL, o.Schema = postgresSchema(b)
			benchmarkAccept(b, openPostgresIn(b, o))
		})
	}
}

// BenchmarkUser is a lookup of a user, one at a time and many at once.
func BenchmarkUser(b *testing.B) {
	for _, k := range kinds() {
		b.Run(k.name, func(b *testing.B) {
			s := newBed(b, k.name).open(b)
			look := func(n int64) error {
				_, err := s.User(context.Background(), n*7919%contract.SeededUsers)
				return err
			}
			b.Run("one", func(b *testing.B) {
				for n := int64(0); b.Loop(); n++ {
					if err := look(n); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("many", func(b *testing.B) { parallel(b, look) })
		})
	}
}

// BenchmarkOpen is what it takes to start: on an empty database, and on one that is there.
func BenchmarkOpen(b *testing.B) {
	for _, k := range kinds() {
		b.Run(k.name+"/empty", func(b *testing.B) {
			for b.Loop() {
				bed := newBed(b, k.name)
				bed.opts.Dir = b.TempDir()
				s, err := Open(b.Context(), bed.opts)
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
		b.Run(k.name+"/again", func(b *testing.B) {
			bed := newBed(b, k.name)
			bed.open(b).Close()
			for b.Loop() {
				bed.open(b).Close()
			}
		})
	}
}

// BenchmarkPostgresLookups is what a pool is worth: 50 goroutines look users up over
// one connection and over as many as they are. With DATABASE_URL behind
// scripts/slowlink it shows what a database a millisecond away costs.
func BenchmarkPostgresLookups(b *testing.B) {
	for _, pool := range []int{1, 50} {
		b.Run(fmt.Sprintf("pool=%d", pool), func(b *testing.B) {
			o := Options{Kind: contract.StorePostgres, Pool: pool}
			o.URL, o.Schema = postgresSchema(b)
			s := openPostgresIn(b, o)
			var next atomic.Int64
			b.SetParallelism(50 / runtime.GOMAXPROCS(0))
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := s.User(context.Background(), next.Add(7919)%contract.SeededUsers); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lookups/s")
		})
	}
}
