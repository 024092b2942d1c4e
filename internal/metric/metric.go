// Package metric turns a record into numbers, and numbers into statements: the
// metrics of every cell, what bound it, whether it may be believed, and the
// order of the rows with the reason in words.
//
// Model: a cell is read once, as a stream, into facts (sorted times and a few
// counts); a metric, a ceiling or a check is a pure function of facts, one file
// each, listed in a registry. Rows pool the valid trials of a server under a
// load.
//
// Units are base units: times in nanoseconds, rates per second, memory in
// bytes, shares from 0 to 1. They are scaled only when printed (Unit.Format).
//
// Limits: memory is eight bytes per request of the record, three times that where
// trials are cut into slices, plus four times that of the cells being read. A quantile
// is exact, and absent where too few samples support it. A value that is absent says why
// and is never zero.
package metric

// Better says which way a metric is better.
type Better string

// The ways.
const (
	Higher  Better = "higher"
	Lower   Better = "lower"
	Neither Better = "none" // a property, not a merit
)

// Metric is one number of a cell.
type Metric struct {
	ID     string // stable, for machines
	Name   string // for people
	Unit   Unit
	Better Better
	Doc    string
	of     func(*facts) Value
	// quantile is which one of times the metric is, where it is one; a row may then
	// take it from its trials together.
	quantile float64
	times    func(*facts) []int64
}

// adds says that the metric counts what happened: of two windows it is the sum.
func (m *Metric) adds() bool {
	switch m.ID {
	case delivered.ID, lost.ID, lostAnswered.ID, lostUnanswered.ID, duplicated.ID, falselyReported.ID, callsUnaccounted.ID:
		return true
	}
	return false
}

// peaks says that the metric is the most that was seen: of two windows it is the larger.
func (m *Metric) peaks() bool {
	switch m.ID {
	case PeakPSS, ProviderInFlight, queueDepth.ID, queueAge.ID:
		return true
	}
	return false
}

func (m *Metric) timesOf(f *facts) []int64 {
	if m.times == nil {
		return nil
	}
	return m.times(f)
}

// IDs that tables, charts and rankings ask for by name.
const (
	Offered        = "offered"
	Achieved       = "achieved"
	P50            = "p50"
	P95            = "p95"
	P99            = "p99"
	ServiceP50     = "service_p50"
	ServiceP99     = "service_p99"
	AddedP50       = "added_p50"
	AddedP95       = "added_p95"
	AddedP99       = "added_p99"
	SendLagP50     = "send_lag_p50"
	SendLagP99     = "send_lag_p99"
	Errors         = "errors"
	CPU            = "cpu"
	CPUPerRequest  = "cpu_per_request"
	BackingCPU     = "backing_cpu"
	PeakPSS        = "peak_pss"
	PSSPerInFlight = "pss_per_in_flight"
	InFlight       = "in_flight"

	CallsPerRequest  = "calls_per_request"
	Partial          = "partial"
	ProviderInFlight = "provider_in_flight"
	Recovery         = "recovery"
)

// All lists the metrics in the order of reports.
func All() []Metric {
	return []Metric{
		offered, achieved, p50, p95, p99, serviceP50, serviceP99, addedP50, addedP95, addedP99, errorShare,
		cpu, cpuPerRequest, peakPSS, pssPerInFlight, inFlight,
		sendLagP50, sendLagP99, unsent, generatorCPU, providerDelay, callsUnaccounted,
		delivered, lost, lostAnswered, lostUnanswered, duplicated, falselyReported, callsPerRequest, queueDepth, queueAge,
		backingCPU, partial, recovery,
		workCalls, workRetries, workBytes, providerInFlight, providerConnections, generatorConnections,
	}
}

// ByID finds a metric of a cell, or what a row of a capacity load is ranked by.
func ByID(id string) (Metric, bool) {
	for _, m := range append(All(), capacityMetric) {
		if m.ID == id {
			return m, true
		}
	}
	return Metric{}, false
}
