package selftest

import "math"

// Reading is what a meter said of something known. All are in the row's unit.
type Reading struct {
	Truth    float64
	Measured float64
	Limit    float64 // of the error, either way
}

// Error is how far the meter is off.
func (r Reading) Error() float64 { return r.Measured - r.Truth }

// Row is one line of the table: a reading, or why there is none.
type Row struct {
	Check, Case string
	Unit        Unit
	Reading     *Reading
	NotHere     string // n/a: what this platform lacks
	Problem     string // why it could not be carried out: a failure
}

// Verdict says what became of a row.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "pass"
	Fail Verdict = "FAIL"
	None Verdict = "n/a"
)

// Verdict judges the row. A reading that is not a number is a failure too.
func (r *Row) Verdict() Verdict {
	switch {
	case r.Problem != "":
		return Fail
	case r.Reading == nil:
		return None
	case math.Abs(r.Reading.Error()) <= r.Reading.Limit:
		return Pass
	}
	return Fail
}

// reading is a row with numbers; the short form's limit is shortFactor as wide.
func (b *bench) reading(name string, u Unit, truth, measured, limit float64) Row {
	return b.judge(name, u, Reading{truth, measured, limit}, shortFactor*limit)
}

// judge is a row with numbers; gross is the limit in the short form.
func (b *bench) judge(name string, u Unit, r Reading, gross float64) Row {
	if b.opts.Short {
		r.Limit = gross
	}
	return Row{Case: name, Unit: u, Reading: &r}
}

// Report is the outcome of a self-test.
type Report struct {
	Short bool
	Rows  []Row
}

// Failed counts the rows that failed.
func (r *Report) Failed() (n int) {
	for i := range r.Rows {
		if r.Rows[i].Verdict() == Fail {
			n++
		}
	}
	return n
}
