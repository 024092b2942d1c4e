package metric

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/stats"
)

var checkSendLag = Check{
	ID:      "send-lag",
	Doc:     "p99 of actual minus intended send, by more than three standard errors",
	Flag:    "> 2 ms",
	Invalid: "> 5 ms",
	run: func(f *facts) (Level, string, bool) {
		surely, ok := stats.QuantileAtLeast(f.lag, 0.99, 3)
		if !f.load.Open || !ok {
			return OK, "", false
		}
		p99, _ := stats.Quantile(f.lag, 0.99)
		level := between(float64(surely), 2e6, 5e6)
		return level, fmt.Sprintf("requests were sent late: send lag p99 %s", Time(float64(p99))), false
	},
}
