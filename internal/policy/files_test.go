package policy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/strict"
)

const (
	schemaFile = "../../scenarios/policy-schema.json"
	ours       = "../../gate.yaml"
)

func TestSchemaIsCommitted(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, string(got))
}

// schemaNode is as much of JSON Schema as the tests below need.
type schemaNode struct {
	Properties map[string]schemaNode `json:"properties"`
	Defs       map[string]schemaNode `json:"$defs"`
}

func schema(t *testing.T) schemaNode {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s schemaNode
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemaKnowsWhatDecodeKnows(t *testing.T) {
	s := schema(t)
	for _, key := range keys() {
		if _, ok := s.Properties[key]; !ok || descriptions()[key] == "" {
			t.Errorf("key %s is missing", key)
		}
	}
	if len(s.Properties) != len(keys()) {
		t.Errorf("%d properties, %d keys", len(s.Properties), len(keys()))
	}
	for _, r := range gate.Default().Rules {
		if rule := s.Defs["metrics"].Properties[r.Metric]; len(rule.Properties) != 4 {
			t.Errorf("metric %s has keys %v", r.Metric, rule.Properties)
		}
	}
}

// Our own policy is read, and looks as often as the default one, and errs as rarely.
func TestOurPolicy(t *testing.T) {
	f, err := Read(ours, metrics(), filepath.Dir(schemaFile))
	if err != nil {
		t.Fatal(err)
	}
	got, want := f.Gate, gate.Default()
	if !slices.Equal(got.Looks, want.Looks) || got.Confirm != want.Confirm || got.Error != want.Error || got.Miss != want.Miss {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	src, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(src), "# yaml-language-server: $schema=scenarios/policy-schema.json\n") {
		t.Error("the first line does not name the schema")
	}
	top, _ := strict.Parse(ours, src).Root().Value().(map[string]any)
	for key := range top {
		if _, ok := schema(t).Properties[key]; !ok {
			t.Errorf("key %s is not in the schema", key)
		}
	}
}

// Every key has its row in the documentation, and so has every metric of the default
// policy, with its tolerance and effect.
func TestKeysAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/gate.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys() {
		if !strings.Contains(string(page), "\n| `"+key+"` | ") {
			t.Errorf("docs/gate.md has no row for key %s", key)
		}
	}
	for _, r := range gate.Default().Rules {
		row := "\n| `" + r.Metric + "` | `" + r.Load + "` | " + percent(r.Tolerance) + " | " + percent(r.Effect) + " | "
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/gate.md has no row that begins %q", row)
		}
	}
}
