package jsontext

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestAppendStringRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		var got string
		data := AppendString(nil, want)
		if err := json.Unmarshal(data, &got); err != nil || got != want {
			t.Fatalf("%q became %s and %q: %v", want, data, got, err)
		}
	})
}
