package gateset

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/record"
)

// JSONSchema is the JSON Schema (draft 2020-12) of gate.json. docs/gate.schema.json has it.
func JSONSchema() ([]byte, error) {
	r := &jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: mapped}
	s := r.Reflect(Set{})
	s.Title = "notifybench gate"
	s.Description = "What a gate compared, what it measured and what came of it. Units are base units: " +
		"nanoseconds, bytes, requests per second; shares from 0 to 1; a change is a share and positive where it is worse."
	for key, text := range descriptions() {
		if property, ok := s.Properties.Get(key); ok {
			property.Description = text
		}
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the schema of %s: %w", File, err)
	}
	return append(data, '\n'), nil
}

// mapped are the types of which more is known than Go says.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[gate.Verdict]():
		s := &jsonschema.Schema{Type: "string", Description: "empty: undecided"}
		for _, v := range verdicts() {
			s.Enum = append(s.Enum, string(v))
		}
		return s
	case reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "integer", Description: "nanoseconds"}
	}
	return nil
}

func verdicts() []gate.Verdict {
	return []gate.Verdict{gate.Undecided, gate.Pass, gate.Improved, gate.Regressed, gate.Inconclusive, gate.Invalid, gate.NotGated}
}

// descriptions of the keys of gate.json.
func descriptions() map[string]string {
	return map[string]string{
		"schema":      fmt.Sprintf("version of this layout: %d", Schema),
		"tool":        "version of notifybench",
		"status":      fmt.Sprintf("%s, %s, %s or %s", record.StatusRunning, record.StatusComplete, record.StatusInterrupted, record.StatusFailed),
		"note":        "why it is not complete",
		"base":        "the tree that is compared with",
		"candidate":   "the tree that is judged",
		"hash":        "of the scenario: gates with equal hashes measured the same",
		"policy_file": "where the policy was read",
		"policy":      "what was agreed on before it was looked at",
		"budget":      "time for one server, in nanoseconds; 0: none",
		"environment": "the machine",
		"servers":     "the rows of the scenario, each with its blocks and what came of them",
		"verdict":     "on all servers",
		"why":         "in one sentence",
	}
}
