package latency_test

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/latency"
)

// A fan-out to two providers, made concurrently, takes as long as the slower.
func Example() {
	email, err := latency.Parse("{uniform: [100ms, 1s]}")
	if err != nil {
		fmt.Println(err)
		return
	}
	sms := latency.Constant(400_000_000)
	fmt.Println("email alone:", latency.Mean(email).Round(1e6))
	fmt.Println("email and sms:", latency.MeanOfMax(email, sms).Round(1e6))
	_, err = latency.Parse("200")
	fmt.Println(err)
	// Output:
	// email alone: 550ms
	// email and sms: 600ms
	// latency: 200: a latency needs a unit: 200ms
}
