package record

// Units in which the value of a claim may be written, by the names of package metric;
// a plain number is UnitNumber. Value is in the base unit: per second, nanoseconds,
// bytes, 0 to 1.
const (
	UnitRate     = "req_per_s"
	UnitDuration = "ns"
	UnitBytes    = "bytes"
	UnitShare    = "share"
)

// The verdicts on a claim, as they are written and as a scenario expects them.
const (
	Reproduced    = "REPRODUCED"
	NotReproduced = "NOT REPRODUCED"
	Impossible    = "IMPOSSIBLE AS STATED"
	NotMeasured   = "NOT MEASURED"
)

// Verdicts lists them.
func Verdicts() []string { return []string{Reproduced, NotReproduced, Impossible, NotMeasured} }
