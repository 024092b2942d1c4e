package run

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/steady"
)

func TestWorthRepeating(t *testing.T) {
	half := func(n uint64, mean time.Duration) steady.Half {
		return steady.Half{Count: n, Mean: mean, MeanSE: mean / 200, CountSE: 3}
	}
	slower := [2]steady.Half{half(500, 10*time.Millisecond), half(500, 15*time.Millisecond)}
	for _, c := range []struct {
		what string
		l    record.Load
		g    record.Generator
		want bool
	}{
		{"a steady cell", record.Load{Open: true}, record.Generator{Scheduled: 1000,
			Halves: &[2]steady.Half{half(500, 10*time.Millisecond), half(500, 10*time.Millisecond)}}, false},
		{"a drifting one", record.Load{Open: true}, record.Generator{Scheduled: 1000, Halves: &slower}, true},
		{"a load that changes", record.Load{Open: true, Changing: true}, record.Generator{Scheduled: 1000, Halves: &slower}, false},
		{"a server that cannot keep up", record.Load{Open: true}, record.Generator{Scheduled: 2000, Halves: &slower}, false},
		{"a closed loop", record.Load{Connections: 100}, record.Generator{Scheduled: 1000, Halves: &slower}, true},
		{"a closed loop that is still filling", record.Load{Connections: 600}, record.Generator{Scheduled: 1000, Halves: &slower}, false},
		{"nothing known", record.Load{Open: true}, record.Generator{Scheduled: 1000}, false},
	} {
		if got := worthRepeating(&c.l, &c.g); (got != "") != c.want {
			t.Errorf("%s: %q", c.what, got)
		}
	}
}
