package scenario

import (
	"github.com/invopop/jsonschema"

	"github.com/notifybench/notifybench/internal/record"
)

// claimSchema mirrors a claim, a field for each of claimKeys().
type claimSchema struct {
	ID         nameSchema         `json:"id" jsonschema:"description=unique over all scenarios"`
	Source     *claimSourceSchema `json:"source,omitempty" jsonschema:"description=default: that of the scenario"`
	Stated     string             `json:"stated" jsonschema:"minLength=1,description=what the document says with its figures"`
	Unmeasured string             `json:"unmeasured,omitempty" jsonschema:"description=why it cannot be measured here at all; then there is no row"`
	Row        string             `json:"row,omitempty" jsonschema:"description=label of a server of this scenario"`
	Load       string             `json:"load,omitempty" jsonschema:"description=name of a load of this scenario"`
	Metric     string             `json:"metric,omitempty" jsonschema:"description=ID of a metric; see notifybench list"`
	Judge      judgeSchema        `json:"judge,omitempty"`
	Instead    insteadSchema      `json:"instead,omitempty"`
	Go         []string           `json:"go,omitempty" jsonschema:"description=Go rows of the same model, shown beside it"`
	Expect     expectSchema       `json:"expect"`
	Because    string             `json:"because,omitempty" jsonschema:"description=why it comes out as expected"`
	Core       bool               `json:"core,omitempty" jsonschema:"description=belongs to claims --short"`
	Solve      *solveSchema       `json:"solve,omitempty" jsonschema:"description=what claims --solve varies until the stated value comes out"`
}

type claimSourceSchema struct {
	Document documentSchema `json:"document"`
	Section  string         `json:"section,omitempty"`
}

type pointSchema struct {
	Row  string `json:"row,omitempty"`
	Load string `json:"load,omitempty"`
	To   string `json:"to,omitempty"`
}

type solveSchema struct {
	Row         string            `json:"row,omitempty"`
	Load        string            `json:"load,omitempty" jsonschema:"description=name of a load; the claim's where it is left out"`
	Set         string            `json:"set,omitempty" jsonschema:"description=setting of the row that is varied"`
	From        int               `json:"from,omitempty" jsonschema:"minimum=1"`
	To          int               `json:"to,omitempty" jsonschema:"minimum=2"`
	Connections *solveRangeSchema `json:"connections,omitempty" jsonschema:"description=vary those of the closed load in place of a setting"`
}

type solveRangeSchema struct {
	From int `json:"from" jsonschema:"minimum=1"`
	To   int `json:"to" jsonschema:"minimum=2"`
}

// The types below are notations, which are more than one JSON type.
type (
	judgeSchema    string
	insteadSchema  string
	expectSchema   string
	documentSchema string
)

func enum(values []string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}

func (expectSchema) JSONSchema() *jsonschema.Schema { return enum(record.Verdicts()) }

func (documentSchema) JSONSchema() *jsonschema.Schema { return enum(Documents()) }

// insteadSchema is a configuration, or a list of them.
func (insteadSchema) JSONSchema() *jsonschema.Schema {
	r := reflector()
	r.DoNotReference = true
	point := r.Reflect(pointSchema{})
	point.Version = ""
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{point, {Type: "array", Items: point}},
		Description: "configurations in which it may come out; what one leaves out is as stated"}
}

// judgeSchema is one of the ways to judge.
func (judgeSchema) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Description: "how the metric settles the claim"}
	for _, j := range Judgements() {
		kind := &jsonschema.Schema{Type: "object", Description: j.Summary, Properties: jsonschema.NewProperties(),
			Required: []string{j.Kind}, AdditionalProperties: jsonschema.FalseSchema}
		for _, key := range append([]string{j.Kind}, j.Keys...) {
			kind.Properties.Set(key, &jsonschema.Schema{})
		}
		s.AnyOf = append(s.AnyOf, kind)
	}
	return s
}
