package gateset

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var schemaFile = filepath.Join("..", "..", "docs", "gate.schema.json")

func TestSchemaIsCommitted(t *testing.T) {
	got, err := JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, got)
	var s struct{ Properties map[string]any }
	if err := json.Unmarshal(got, &s); err != nil {
		t.Fatal(err)
	}
	for key := range descriptions() {
		if _, ok := s.Properties[key]; !ok {
			t.Errorf("described, but no key: %s", key)
		}
	}
}

// What is written keeps to the schema; what is not, does not.
func TestDocumentsKeepToTheSchema(t *testing.T) {
	text, err := JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	v := validator{schema["$defs"].(map[string]any)}
	for _, s := range []*Set{example(), {}, {Servers: []Server{{}}}} {
		if err := v.check(schema, decoded(t, s), "gate"); err != nil {
			t.Error(err)
		}
	}
	for want, spoil := range map[string]func(map[string]any){
		"gate.verdict":             func(d map[string]any) { d["verdict"] = "FINE" },
		"gate.seed":                func(d map[string]any) { d["seed"] = "7" },
		"gate: extra":              func(d map[string]any) { d["extra"] = true },
		"gate: has no why":         func(d map[string]any) { delete(d, "why") },
		"gate.servers[0].blocks":   func(d map[string]any) { d["servers"].([]any)[0].(map[string]any)["blocks"] = nil },
		"gate.servers[0]: has no ": func(d map[string]any) { delete(d["servers"].([]any)[0].(map[string]any), "result") },
	} {
		doc := decoded(t, example()).(map[string]any)
		spoil(doc)
		if err := v.check(schema, doc, "gate"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func decoded(t *testing.T, s *Set) any {
	t.Helper()
	var doc any
	if err := json.Unmarshal(render(t, s, "json", Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// validator checks as much of JSON Schema as ours uses, and refuses any other keyword.
type validator struct{ defs map[string]any }

func (v validator) check(schema map[string]any, doc any, path string) error {
	for keyword, arg := range schema {
		if err := v.keyword(keyword, arg, schema, doc, path); err != nil {
			return err
		}
	}
	return nil
}

func (v validator) keyword(keyword string, arg any, schema map[string]any, doc any, path string) error {
	switch keyword {
	case "$schema", "$defs", "title", "description", "properties":
		return nil // properties go with additionalProperties
	case "$ref":
		return v.check(v.defs[strings.TrimPrefix(arg.(string), "#/$defs/")].(map[string]any), doc, path)
	case "type":
		return ofType(arg.(string), doc, path)
	case "enum":
		if !slices.Contains(arg.([]any), doc) {
			return fmt.Errorf("%s is %v, none of %v", path, doc, arg)
		}
		return nil
	case "required":
		for _, key := range arg.([]any) {
			if _, ok := doc.(map[string]any)[key.(string)]; !ok {
				return fmt.Errorf("%s: has no %s", path, key)
			}
		}
		return nil
	case "additionalProperties":
		return v.members(arg, schema, doc, path)
	case "items":
		list, _ := doc.([]any)
		for i, item := range list {
			if err := v.check(arg.(map[string]any), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	case "minItems", "maxItems":
		n, _ := doc.([]any)
		if least := keyword == "minItems"; least && len(n) < int(arg.(float64)) || !least && len(n) > int(arg.(float64)) {
			return fmt.Errorf("%s has %d members", path, len(n))
		}
		return nil
	case "format":
		if arg == "date-time" {
			return nil
		}
	}
	return fmt.Errorf("%s: the test does not know the keyword %s: %v", path, keyword, arg)
}

func (v validator) members(others any, schema map[string]any, doc any, path string) error {
	object, ok := doc.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", path)
	}
	known, _ := schema["properties"].(map[string]any)
	for key, value := range object {
		member, ok := known[key].(map[string]any)
		if !ok {
			if member, ok = others.(map[string]any); !ok {
				return fmt.Errorf("%s: %s is not in the schema", path, key)
			}
		}
		if err := v.check(member, value, path+"."+key); err != nil {
			return err
		}
	}
	return nil
}

func ofType(want string, doc any, path string) error {
	got := "null"
	switch d := doc.(type) {
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case map[string]any:
		got = "object"
	case []any:
		got = "array"
	case float64:
		if got = "number"; d == math.Trunc(d) && want == "integer" {
			got = "integer"
		}
	}
	if got != want {
		return fmt.Errorf("%s is of type %s, not %s", path, got, want)
	}
	return nil
}
