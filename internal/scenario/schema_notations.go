package scenario

import (
	"maps"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/strict"
)

// The types below are notations, which are more than one JSON type.
type (
	nameSchema     string
	channelSchema  string
	durationSchema string
	shareSchema    string
	scalarSchema   string
	valueSchema    string
	latencySchema  string
	shapeSchema    string
	serverSchema   string
	faultsSchema   string
	throttleSchema string
)

func (nameSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: strict.NamePattern}
}

func (channelSchema) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, channel := range contract.Channels() {
		s.Enum = append(s.Enum, channel)
	}
	return s
}

func (durationSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: strict.DurationPattern, Examples: []any{"200ms", "2s", "1m30s"}}
}

func (shareSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "number", Minimum: "0", Maximum: "1"},
		{Type: "string", Pattern: strict.PercentPattern, Examples: []any{"0.1%"}},
	}}
}

func scalars() []*jsonschema.Schema {
	return []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}
}

// scalarSchema is what a setting may be; its server.yaml knows more.
func (scalarSchema) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{AnyOf: scalars()} }

// valueSchema is what a timeline may set: a single value, a latency, faults, a
// queue or a throttle.
func (valueSchema) JSONSchema() *jsonschema.Schema {
	r := reflector()
	r.DoNotReference = true
	queue := r.Reflect(queueSchema{})
	queue.Version = ""
	return &jsonschema.Schema{AnyOf: append(append(scalars(), latencies()[1:]...), faultsSchema("").JSONSchema(), queue,
		throttleSchema("").JSONSchema())}
}

// throttleSchema is one kind of throttle, or none.
func (throttleSchema) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: "turn calls away with 429; {}: none",
		Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema, MaxProperties: new(uint64(1))}
	for _, k := range contract.Throttles() {
		kind, _ := variant(k.Name, k.Example, k.Summary).Properties.Get(k.Name)
		kind.Description = k.Summary
		s.Properties.Set(k.Name, kind)
	}
	return s
}

// faultsSchema is the share of calls by kind of fault.
func (faultsSchema) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: "share of calls by kind of fault",
		Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, f := range contract.Faults() {
		share := shareSchema("").JSONSchema()
		share.Description = f.Summary
		s.Properties.Set(f.Name, share)
	}
	return s
}

func (latencySchema) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{AnyOf: latencies()} }

func (shapeSchema) JSONSchema() *jsonschema.Schema {
	union := []*jsonschema.Schema{
		{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?/[smh]$`, Examples: []any{"300/s"}},
	}
	for _, k := range Kinds() {
		union = append(union, variant(k.Name, k.Example, k.Summary))
	}
	return &jsonschema.Schema{AnyOf: union}
}

// serverSchema is a row: a name, or a mapping.
func (serverSchema) JSONSchema() *jsonschema.Schema {
	r := reflector()
	r.DoNotReference = true
	row := r.Reflect(rowSchema{})
	row.Version = ""
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{nameSchema("").JSONSchema(), row}}
}

func latencies() []*jsonschema.Schema {
	union := []*jsonschema.Schema{durationSchema("").JSONSchema()}
	for _, k := range latency.Kinds() {
		union = append(union, variant(k.Name, k.Example, k.Summary))
	}
	return union
}

// variant is one member of a union, "{kind: {…}}": its parameters are those of
// the registry's example.
func variant(kind, example, summary string) *jsonschema.Schema {
	value := strict.Parse(kind, []byte(example)).Root().Value()
	if m, ok := value.(map[string]any); ok {
		value = m[kind]
	}
	body := &jsonschema.Schema{Examples: []any{value}}
	if params, ok := value.(map[string]any); ok {
		body.Type, body.Properties = "object", jsonschema.NewProperties()
		for _, name := range slices.Sorted(maps.Keys(params)) {
			body.Properties.Set(name, &jsonschema.Schema{Examples: []any{params[name]}})
		}
	}
	properties := jsonschema.NewProperties()
	properties.Set(kind, body)
	return &jsonschema.Schema{
		Type: "object", Description: summary, Properties: properties,
		Required: []string{kind}, AdditionalProperties: jsonschema.FalseSchema,
	}
}
