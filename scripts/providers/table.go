//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// The promise.
const (
	limitP50 = 150 * time.Microsecond
	limitP99 = time.Millisecond
	limitCPU = 45 * time.Microsecond // a call, at 10,000 calls/s
)

// result is what one load showed.
type result struct {
	load
	caller        *caller
	stolen        float64
	before, after contract.MockStats
}

func printHead(c cores) {
	fmt.Printf("Mock on core %d, caller on core %d. Limits: served late by %v (p50) and %v (p99); %v of CPU a call at 10,000/s.\n\n",
		c.mock, c.caller, limitP50, limitP99, limitCPU)
	fmt.Println("| latency | calls/s | in flight | served late: p50 | p99 | p99.9 | caller: p50 | p99 | CPU a call | answered/s | " +
		"timer lag p99 | GC pauses | sent late p99 | steal | kept |")
	fmt.Println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|")
}

func (r *result) print() {
	s := r.after.Providers[contract.Email]
	answered := r.errors()
	cpu := time.Duration(0)
	if s.Accepted > 0 {
		cpu = (r.after.CPU - r.before.CPU) / time.Duration(s.Accepted)
	}
	fmt.Printf("| %v | %d | %d | %s | %s | %s | %s | %s | %.1f µs | %.0f | %s | %s | %s | %.1f%% | %s |\n",
		r.latency, r.rate, s.InFlightPeak, ms(s.DelayError.P50), ms(s.DelayError.P99), ms(s.DelayError.P999),
		ms(quantile(answered, 0.5)), ms(quantile(answered, 0.99)), cpu.Seconds()*1e6,
		float64(len(answered))/r.caller.length.Seconds(), ms(r.after.TimerLag.P99), ms(r.after.GCPauses-r.before.GCPauses),
		ms(quantile(r.caller.late, 0.99)), r.stolen, r.verdict(cpu))
}

// errors are the answered calls' latencies minus the planned one.
func (r *result) errors() []time.Duration {
	var all []time.Duration
	for _, d := range r.caller.took {
		if d > 0 {
			all = append(all, d-r.latency)
		}
	}
	return all
}

func (r *result) verdict(cpu time.Duration) string {
	e := r.after.Providers[contract.Email].DelayError
	missing := len(r.caller.took) - len(r.errors())
	text := ""
	add := func(broken bool, what string) {
		if broken {
			text += ", " + what
		}
	}
	add(e.P50 > limitP50, "p50")
	add(e.P99 > limitP99, "p99")
	add(r.rate == 10_000 && cpu > limitCPU, "CPU")
	add(missing > 0, fmt.Sprintf("%d unanswered (%d unsent, %d broken)", missing, r.caller.unsent, r.caller.broken.Load()))
	if text == "" {
		return "yes"
	}
	return "no: " + text[2:]
}

// quantile is an order statistic; it sorts what it is given.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }
