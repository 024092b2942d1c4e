package contract

// Metrics of the Server-Timing header (W3C Server Timing: a list of
// "name;dur=milliseconds"). Servers under test may send the first group with the
// answer of POST /notify, the mock providers send the second with every answer.
const (
	TimingQueue     = "queue"     // waited in the server before anything was done
	TimingProviders = "providers" // critical path of the provider calls, as the providers served them
	TimingProcess   = "process"   // desc is the process that answered: its pid

	TimingPlanned = "planned" // delay the provider was told to have
	TimingServed  = "served"  // delay it had
	TimingWait    = "wait"    // waited in its queue before, not part of the two; only where it has a queue
)

// HeaderTiming is the name of the header.
const HeaderTiming = "Server-Timing"
