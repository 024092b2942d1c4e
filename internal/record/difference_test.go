package record

import (
	"reflect"
	"strings"
	"testing"
)

// Every field of the fingerprint is compared: a new one cannot be forgotten, as a
// change to it alone must be seen.
func TestEveryFieldOfTheEnvironmentIsCompared(t *testing.T) {
	listed := map[string]bool{}
	for _, f := range append(fingerprint(), identity()...) {
		listed[f.name] = true
	}
	typ := reflect.TypeFor[Environment]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if !listed[name] {
			t.Errorf("%s (%s) is not compared", typ.Field(i).Name, name)
		}
		a, b := &Run{}, &Run{}
		change(t, reflect.ValueOf(&b.Environment).Elem().Field(i))
		if got := Differences(a, b); len(got) != 1 || got[0].A == got[0].B {
			t.Errorf("%s alone differs: %+v", name, got)
		}
		if got := Differences(b, b); got != nil {
			t.Errorf("%s: a run differs from itself: %+v", name, got)
		}
	}
}

// change sets a field to something else.
func change(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("other")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"GOGC": "7"}))
	default:
		t.Fatalf("a field of kind %s: teach this test", v.Kind())
	}
}

func TestDifferencesOfIdentity(t *testing.T) {
	base := Run{Tool: "v1", Scenario: Scenario{Name: "a", Hash: "0123456789abcdef"},
		Environment: Environment{Commit: "0123456789abcdef+dirty", RoundsPerMS: 1000}}
	for want, change := range map[string]func(*Run){
		"scenario: a 0123456789ab, a fedc":                 func(r *Run) { r.Scenario.Hash = "fedc" },
		"length: a full run, a short run":                  func(r *Run) { r.Scenario.Short = true },
		"version of notifybench: v1, v2":                   func(r *Run) { r.Tool = "v2" },
		"commit: 0123456789ab+dirty, 0123456789ab":         func(r *Run) { r.Environment.Commit = "0123456789abcdef" },
		"commit: 0123456789ab+dirty, not known":            func(r *Run) { r.Environment.Commit = "" },
		"nothing: a calibration that differs by a percent": func(r *Run) { r.Environment.RoundsPerMS = 990 },
	} {
		other := base
		change(&other)
		got := Differences(&base, &other)
		if strings.HasPrefix(want, "nothing") {
			if got != nil {
				t.Errorf("%s: %+v", want, got)
			}
			continue
		}
		if len(got) != 1 || !got[0].Incomparable || got[0].What+": "+got[0].A+", "+got[0].B != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
}
