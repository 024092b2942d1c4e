package policy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/strict"
)

// Schema is the JSON Schema (draft 2020-12) of a policy file, from which editors
// complete and check as one types. Decode is the authority: it also knows which metrics,
// loads and rows there are.
func Schema() ([]byte, error) {
	s := reflector().Reflect(fileSchema{})
	s.Title = "notifybench gate policy"
	for key, text := range descriptions() {
		if property, ok := s.Properties.Get(key); ok {
			property.Description = text
		}
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the policy schema: %w", err)
	}
	return append(text, '\n'), nil
}

func reflector() *jsonschema.Reflector {
	return &jsonschema.Reflector{
		Anonymous: true, ExpandedStruct: true,
		Namer: func(t reflect.Type) string { return strings.TrimSuffix(t.Name(), "Schema") },
	}
}

// descriptions of the keys of a policy, shown by editors.
func descriptions() map[string]string {
	return map[string]string{
		"scenario":        "name of a scenario in scenarios/, or a file *.yaml beside the policy; default: gate",
		"servers":         "rows of the scenario that are gated; default: all",
		"busy":            "rate of the open load, as a share of what the base can do here; left out: as the scenario says",
		"budget":          "time that one server may take; default: 15m",
		"blocks":          "after how many blocks they are looked at",
		"error":           "probability of a red first look though nothing changed, over all metrics and looks; default: 1%",
		"miss":            "probability, of each metric, of a PASS though it is worse by its tolerance; default: 5%",
		"max_invalid":     "share of invalid blocks above which nothing is said, at most 50%; default: 25%",
		"on_inconclusive": "fail: exit 3 (default); warn: exit 0",
		"metrics":         "what is gated; default: cpu_per_request, added_p50, added_p99, achieved, peak_pss",
	}
}

// fileSchema mirrors a policy file, a field for each of keys().
type fileSchema struct {
	Scenario       string         `json:"scenario,omitempty" jsonschema:"minLength=1,default=gate"`
	Servers        []string       `json:"servers,omitempty" jsonschema:"minItems=1,uniqueItems=true"`
	Busy           shareSchema    `json:"busy,omitempty"`
	Budget         durationSchema `json:"budget,omitempty"`
	Blocks         *blocksSchema  `json:"blocks,omitempty"`
	Error          shareSchema    `json:"error,omitempty"`
	Miss           shareSchema    `json:"miss,omitempty"`
	MaxInvalid     shareSchema    `json:"max_invalid,omitempty"`
	OnInconclusive string         `json:"on_inconclusive,omitempty" jsonschema:"enum=fail,enum=warn,default=fail"`
	Metrics        metricsSchema  `json:"metrics,omitempty"`
}

type blocksSchema struct {
	Looks   []int `json:"looks,omitempty" jsonschema:"minItems=1,maxItems=16,description=numbers of valid blocks; ascending; default: 8 12 16 24"`
	Confirm int   `json:"confirm,omitempty" jsonschema:"minimum=4,maximum=1000,default=8,description=fresh blocks that must confirm a regression"`
}

type ruleSchema struct {
	Load      string         `json:"load,omitempty" jsonschema:"description=load of the scenario under which it is gated"`
	Tolerance shareSchema    `json:"tolerance,omitempty" jsonschema:"description=how much worse it may get: PASS says that it is less"`
	Effect    shareSchema    `json:"effect,omitempty" jsonschema:"description=what a regression is surely above; default: a fifth of the tolerance"`
	Floor     quantitySchema `json:"floor,omitempty" jsonschema:"description=a smaller difference is no regression; in the unit of the metric"`
}

// The types below are notations, which are more than one JSON type.
type (
	shareSchema    string
	durationSchema string
	quantitySchema string
	metricsSchema  string
)

func (shareSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "number", Minimum: "0", Maximum: "1"},
		{Type: "string", Pattern: strict.PercentPattern, Examples: []any{"5%"}},
	}}
}

func (durationSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: strict.DurationPattern, Examples: []any{"15m"}}
}

func (quantitySchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "number", Minimum: "0"}, {Type: "string"}},
		Examples: []any{"50us", "2MiB", "10/s"}}
}

// metricsSchema knows the metrics of the default policy by name; which others there are
// is not known here.
func (metricsSchema) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), MinProperties: new(uint64(1)),
		AdditionalProperties: rule("a metric that notifybench list names")}
	for _, r := range gate.Default().Rules {
		s.Properties.Set(r.Metric, rule(fmt.Sprintf("default: load %s, tolerance %s, effect %s",
			r.Load, percent(r.Tolerance), percent(r.Effect))))
	}
	return s
}

func rule(description string) *jsonschema.Schema {
	r := reflector()
	r.DoNotReference = true
	s := r.Reflect(ruleSchema{})
	s.Version, s.Description = "", description
	return s
}
