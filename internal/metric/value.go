package metric

import (
	"encoding/json"
	"fmt"
	"time"
)

// Value is a number, or the reason why there is none. A missing value is not a
// zero: it prints as n/a, or as Instead where something true can be said.
type Value struct {
	V  float64 // in base units; meaningful only if OK
	OK bool
	// Why says why there is no number.
	Why string
	// Instead is printed in the number's place: "> 2.0 s", "backlog +289/s". The
	// number it stands for is larger than any that could be printed, and counts
	// so in a median; V then orders such values among themselves.
	Instead string
	// Beyond is what an unbounded value is surely larger than, in base units; 0: one that
	// grows for as long as one looks, and so is larger than anything.
	Beyond float64
}

func known(v float64) Value { return Value{V: v, OK: true} }

func missing(why string) Value { return Value{Why: why} }

func unbounded(v float64, instead, why string) Value {
	return Value{V: v, Instead: instead, Why: why}
}

// longer is a time of which only a lower bound is known.
func longer(than time.Duration, why string) Value {
	v := unbounded(than.Seconds(), fmt.Sprintf("> %.1f s", than.Seconds()), why)
	v.Beyond = float64(than)
	return v
}

// Unbounded says that the value is larger than what could be measured.
func (v Value) Unbounded() bool { return !v.OK && v.Instead != "" }

// Format prints the value with its unit.
func (v Value) Format(u Unit) string {
	switch {
	case v.OK:
		return u.Format(v.V)
	case v.Instead != "":
		return v.Instead
	}
	return NotAvailable
}

// NotAvailable is what a missing value prints as.
const NotAvailable = "n/a"

// valueJSON keeps a missing value from being read as a zero: its v is null.
type valueJSON struct {
	V       *float64 `json:"v"`
	Why     string   `json:"why,omitempty"`
	Instead string   `json:"instead,omitempty"`
	Over    *float64 `json:"over,omitempty"`
	Beyond  float64  `json:"beyond,omitempty"`
}

// MarshalJSON writes {"v": 1.5}, or {"v": null, "why": …}.
func (v Value) MarshalJSON() ([]byte, error) {
	j := valueJSON{Why: v.Why, Instead: v.Instead, Beyond: v.Beyond}
	if v.OK {
		j.V = &v.V
	} else if v.Instead != "" {
		j.Over = &v.V
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(data []byte) error {
	var j valueJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*v = Value{OK: j.V != nil, Why: j.Why, Instead: j.Instead, Beyond: j.Beyond}
	if j.V != nil {
		v.V = *j.V
	} else if j.Over != nil {
		v.V = *j.Over
	}
	return nil
}
