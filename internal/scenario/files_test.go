package scenario

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

const committed = "../../scenarios"

// each runs a check over every committed scenario.
func each(t *testing.T, check func(t *testing.T, s *Scenario)) {
	entries, err := List(committed)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatal("no scenario found")
	}
	for _, e := range entries {
		t.Run(e.Name, func(t *testing.T) {
			s, err := ReadFile(e.File)
			if err != nil {
				t.Fatal(err)
			}
			check(t, s)
		})
	}
}

// withoutPlaces drops what a scenario knows of its file.
func withoutPlaces(s *Scenario) *Scenario {
	bare := *s
	bare.File = ""
	bare.Servers = slices.Clone(s.Servers)
	for i := range bare.Servers {
		bare.Servers[i].Pos, bare.Servers[i].SetPos = Position{}, nil
		bare.Servers[i].PathPos = Position{}
	}
	if s.SLO != nil {
		slo := *s.SLO
		slo.Pos, bare.SLO = Position{}, &slo
	}
	bare.WirePos = Position{}
	bare.Claims = slices.Clone(s.Claims)
	for i := range bare.Claims {
		bare.Claims[i].Pos = nil
	}
	return &bare
}

func TestFilesRoundTripThroughText(t *testing.T) {
	each(t, func(t *testing.T, s *Scenario) {
		for _, s := range []*Scenario{s, Short(s)} {
			text := Text(s)
			back, err := Decode("resolved.yaml", []byte(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !reflect.DeepEqual(withoutPlaces(back), withoutPlaces(s)) {
				t.Errorf("read back as %+v\nwant %+v", withoutPlaces(back), withoutPlaces(s))
			}
			if Hash(text) != Hash(Text(back)) || len(Hash(text)) != 64 {
				t.Error("the hash changed")
			}
		}
	})
}

func TestFilesAreNamedAfterTheirScenario(t *testing.T) {
	each(t, func(t *testing.T, s *Scenario) {
		if s.Name != nameOf(s.File) {
			t.Errorf("%s holds scenario %s", s.File, s.Name)
		}
		src, err := os.ReadFile(s.File)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(src), "# yaml-language-server: $schema=schema.json\n") {
			t.Error("the first line does not name the schema")
		}
	})
}

// A run that nobody waits for is not run: four minutes each at most, six where the question
// takes every architecture, and a search of each of four servers on top.
func TestFilesTakeMinutes(t *testing.T) {
	each(t, func(t *testing.T, s *Scenario) {
		limit := 4 * time.Minute
		if s.Migrate != nil {
			limit = 6 * time.Minute
		}
		if s.Length() > limit {
			t.Errorf("takes %v", s.Length())
		}
		if s.SearchLength() > 12*time.Minute {
			t.Errorf("the searches take %v", s.SearchLength())
		}
	})
}

func TestShortFitsItsBudget(t *testing.T) {
	each(t, func(t *testing.T, s *Scenario) {
		before := Text(s)
		short := Short(s)
		if short.Length()+short.SearchLength() > shortBudget || short.Trials > shortTrials {
			t.Errorf("short takes %v in %d trials", short.Length(), short.Trials)
		}
		if Text(s) != before {
			t.Error("Short changed its argument")
		}
		for i, l := range short.Loads {
			if shape.Changing(l.Shape) && shape.PeakRate(l.Shape, short.Duration) <
				0.99*shape.PeakRate(s.Loads[i].Shape, s.Duration) {
				t.Errorf("load %s no longer reaches its peak", l.Name)
			}
		}
		for _, step := range short.Timeline {
			if step.At >= short.Duration {
				t.Errorf("a step at %v of %v", step.At, short.Duration)
			}
		}
	})
}

func TestShortLeavesAShortScenario(t *testing.T) {
	s, err := Decode("x.yaml", []byte(minimal+"trials: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Text(Short(s)), Text(s); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestQuoteReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringMatching(`[\pL\pN\pP\pS ]{1,30}`).Draw(t, "text")
		doc := strict.Parse("f", []byte("key: "+quote(want)+"\n"))
		var got string
		doc.Root().Map("key").Get("key").Text(&got)
		if err := doc.Err(); err != nil || got != want {
			t.Fatalf("%q is written %s and reads as %q, %v", want, quote(want), got, err)
		}
	})
}

func TestSchemaIsCommitted(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join(committed, "schema.json"), string(got))
}

// schemaNode is as much of JSON Schema as the test below needs.
type schemaNode struct {
	Properties map[string]json.RawMessage `json:"properties"`
	Required   []string                   `json:"required"`
	Defs       map[string]schemaNode      `json:"$defs"`
	AnyOf      []schemaNode               `json:"anyOf"`
}

func TestSchemaKnowsWhatDecodeKnows(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s schemaNode
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for _, key := range keys() {
		if _, ok := s.Properties[key]; !ok || descriptions()[key] == "" {
			t.Errorf("key %s is missing", key)
		}
	}
	if len(s.Properties) != len(keys()) {
		t.Errorf("%d properties, %d keys", len(s.Properties), len(keys()))
	}
	var kinds []string
	for _, variant := range s.Defs["shape"].AnyOf {
		kinds = append(kinds, variant.Required...)
	}
	for _, k := range Kinds() {
		if !slices.Contains(kinds, k.Name) {
			t.Errorf("load shape %s is missing", k.Name)
		}
	}
}

// The committed files keep to the structure the schema gives.
func TestFilesKeepToTheSchema(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s schemaNode
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, sc *Scenario) {
		src, err := os.ReadFile(sc.File)
		if err != nil {
			t.Fatal(err)
		}
		top, _ := strict.Parse(sc.File, src).Root().Value().(map[string]any)
		for key := range top {
			if _, ok := s.Properties[key]; !ok {
				t.Errorf("key %s is not in the schema", key)
			}
		}
		for _, key := range s.Required {
			if _, ok := top[key]; !ok {
				t.Errorf("required key %s is missing", key)
			}
		}
	})
}
