package scenario

import (
	"github.com/invopop/jsonschema"
)

type migrateSchema struct {
	Rates       []rateSchema       `json:"rates" jsonschema:"minItems=1,description=to be served; rising"`
	Utilisation shareSchema        `json:"utilisation,omitempty" jsonschema:"description=of a core and of the workers that a plan may use; default: 60%"`
	Price       priceSchema        `json:"price"`
	Load        namesSchema        `json:"load" jsonschema:"description=the load or loads whose cells the costs are taken from"`
	Predict     []predictionSchema `json:"predict,omitempty" jsonschema:"description=measured cases on which the extrapolation is tested"`
}

type priceSchema struct {
	Currency string  `json:"currency" jsonschema:"minLength=1,example=USD"`
	VCPUHour float64 `json:"vcpu_hour" jsonschema:"minimum=0"`
	GBHour   float64 `json:"gb_hour" jsonschema:"minimum=0"`
	Source   string  `json:"source,omitempty" jsonschema:"description=where the price is from"`
}

type predictionSchema struct {
	Row  string      `json:"row" jsonschema:"description=the row that is predicted"`
	Load string      `json:"load,omitempty" jsonschema:"description=under this load; default: the last of migrate.load"`
	From string      `json:"from" jsonschema:"description=from this row"`
	At   namesSchema `json:"at,omitempty" jsonschema:"description=under this load or these; default: the load of the prediction"`
}

type (
	rateSchema  string
	namesSchema string
)

func (rateSchema) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?/[smh]$`, Examples: []any{"300/s"}}
}

// namesSchema is a name of a load, or a list of them.
func (namesSchema) JSONSchema() *jsonschema.Schema {
	name := &jsonschema.Schema{Type: "string"}
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{name, {Type: "array", Items: name, MinItems: new(uint64(1)), UniqueItems: true}}}
}
