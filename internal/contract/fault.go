package contract

import "time"

// Fault is a way in which a provider fails a call other than by an error status.
type Fault struct {
	Name    string
	Summary string
}

// Names of the faults.
const (
	FaultReset     = "reset"
	FaultHang      = "hang"
	FaultDrip      = "drip"
	FaultMalformed = "malformed"
	FaultEmpty     = "empty"
	FaultLost      = "lost"
)

// DefaultDripTime is how long a dripped answer takes unless told otherwise.
const DefaultDripTime = time.Second

// MaxShares is what the error rate and all shares of faults may add up to: 1, with
// room for the rounding of a sum.
const MaxShares = 1 + 1e-9

// Faults lists every fault, in the order in which a call is tried for them.
// Each comes when the planned delay has passed. On the wire a caller sees no
// difference between empty and lost: the ledger does.
func Faults() []Fault {
	return []Fault{
		{FaultReset, "the connection is reset (RST); not accepted"},
		{FaultHang, "never an answer: the call ends when its caller gives up; not accepted"},
		{FaultDrip, "accepted, and answered byte by byte, spread over drip_time (1s unless given)"},
		{FaultMalformed, "accepted, and answered as a success whose body is not JSON"},
		{FaultEmpty, "the connection is closed without a byte of an answer; not accepted"},
		{FaultLost, "accepted, but the connection is closed without a byte of an answer"},
	}
}
