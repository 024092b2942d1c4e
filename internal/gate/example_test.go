package gate_test

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/gate"
)

// A gate asks for blocks until it knows enough. Here the candidate takes 8% more CPU, give or
// take one; a look at eight blocks shows it, and eight fresh ones confirm it.
func Example() {
	g := gate.New(gate.Default())
	for n := 1; ; n++ {
		ask, more := g.Next()
		if !more {
			break
		}
		if n == 1 || n == 9 {
			fmt.Printf("%d blocks, to confirm: %v\n", ask.Blocks, ask.Confirm)
		}
		g.Observe(measure(n, ask.Confirm))
	}
	r := g.Result()
	fmt.Println(r.Verdict)
	for _, f := range r.Findings {
		fmt.Printf("%s: %s: %s\n", f.Metric, f.Verdict, f.Why)
	}
	// Output:
	// 8 blocks, to confirm: false
	// 8 blocks, to confirm: true
	// REGRESSED
	// cpu_per_request: REGRESSED: 8.2% worse over 8 blocks, by at least 5.6% (error 0.091%), where more than 1% is a regression; confirmed: 7.8% worse over 8 fresh blocks, at least 6.9% worse (error 5%)
	// added_p50: PASS: 0.2% worse over 8 blocks, at most 1.2% worse (error 2.3%), where 5% is tolerated
	// added_p99: PASS: 0.2% worse over 8 blocks, at most 1.2% worse (error 2.3%), where 20% is tolerated
	// achieved: NOT GATED: no value in 8 of 8 blocks: the server is not busy
	// peak_pss: PASS: 0.2% worse over 8 blocks, at most 1.2% worse (error 2.3%), where 6.7% (the floor) is tolerated
}

// measure stands for a block of a few seconds of real requests.
func measure(n int, confirm bool) gate.Block {
	noise := 1 + 0.01*float64(n%3-1)
	return gate.Block{
		N: n, Confirm: confirm,
		Values: map[string]gate.Pair{
			"cpu_per_request": {400e3, 400e3 * 1.08 * noise}, // ns
			"added_p50":       {900e3, 900e3 * noise},
			"added_p99":       {4e6, 4e6 * noise},
			"peak_pss":        {30 << 20, 30 << 20 * noise},
		},
		Why:    map[string]string{"achieved": "the server is not busy"},
		Counts: [2]gate.Counts{{Requests: 4000}, {Requests: 4000}},
	}
}
