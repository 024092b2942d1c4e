package gatetest

import (
	"math"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/stats"
)

// Noise is how far blocks of two equal arms differ: what the machine allows. All but
// Autocorrelation are of logarithms of candidate over base, close to shares: 0.01 is 1%.
type Noise struct {
	Metric string  `json:"metric"`
	Blocks int     `json:"blocks"` // valid ones that have a value
	Base   float64 `json:"base"`   // median of the base's value, in the unit of the metric
	SD     float64 `json:"sd"`
	// Robust is the SD as the middle of the blocks has it: 1.4826 × the median distance from the
	// median. Where SD is far larger, single blocks are far off, and trimming helps.
	Robust float64 `json:"robust_sd"`
	// Winsorized is the SD that the gate reckons with: wild values drawn in to their neighbours.
	Winsorized float64 `json:"winsorized_sd"`
	// Bias is the mean with its 95% interval: 0 must lie within, or the arms are not alike.
	Bias     float64        `json:"bias"`
	Interval stats.Interval `json:"interval"`
	// Autocorrelation is that of a block and the next of the pool. Where blocks are
	// independent, it lies within Independent, ±1.96/√n, in 95 of 100 pools.
	Autocorrelation float64 `json:"autocorrelation"`
	Independent     float64 `json:"independent"`
}

// madToSD makes the median absolute deviation of a normal distribution its SD.
const madToSD = 1.4826

// noises are those of all rules; a metric that fewer than minPool blocks have is left out.
func noises(alike *pool, p gate.Policy) []Noise {
	var all []Noise
	for _, rule := range p.Rules {
		logs := alike.logs(rule)
		if len(logs) < minPool {
			continue
		}
		n := noise(logs)
		n.Metric, n.Base = rule.Metric, alike.base(rule.Metric)
		all = append(all, n)
	}
	return all
}

// noise is that of logarithms in the order of measurement, of which there are some.
func noise(logs []float64) Noise {
	n := float64(len(logs))
	mean, _ := stats.TrimmedMean(logs, 0) // nothing trimmed: the mean with Student's t
	out := Noise{
		Blocks: len(logs), Bias: mean.Mean,
		Interval:    stats.Interval{Lo: mean.Lower((1 - confidence) / 2), Hi: mean.Upper((1 - confidence) / 2)},
		Independent: 1.96 / math.Sqrt(n),
	}
	var squares, products float64
	for i, x := range logs {
		squares += (x - mean.Mean) * (x - mean.Mean)
		if i > 0 {
			products += (x - mean.Mean) * (logs[i-1] - mean.Mean)
		}
	}
	out.SD = math.Sqrt(squares / (n - 1))
	if squares > 0 {
		out.Autocorrelation = products / squares
	}
	trimmed, _ := stats.TrimmedMean(logs, trim)
	out.Winsorized = trimmed.Winsorized()
	middle, _ := stats.Median(logs)
	far := make([]float64, len(logs))
	for i, x := range logs {
		far[i] = math.Abs(x - middle)
	}
	out.Robust, _ = stats.Median(far)
	out.Robust *= madToSD
	return out
}

// base is the median of the base's values.
func (p *pool) base(metric string) float64 {
	var values []float64
	for i := range p.blocks {
		if v, ok := p.blocks[i].Values[metric]; ok && p.blocks[i].Invalid == "" {
			values = append(values, v[gate.Base])
		}
	}
	m, _ := stats.Median(values)
	return m
}
