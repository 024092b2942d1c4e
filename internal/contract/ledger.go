package contract

// LedgerPage is a line of what GET /ledger on the control port answers: lines of
// JSON, compressed by gzip, ordered by provider and by From. What is on no line
// was never accepted. Calls without a tag and probes are left out.
type LedgerPage struct {
	Provider string `json:"provider"`
	From     uint64 `json:"from"`     // the first k of the page
	Accepted []byte `json:"accepted"` // how often From, From+1, … were accepted (base64 in JSON); it stays at 255
}
