package gateset

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
)

// A report reads back as it was written, and holds what Jenkins and GitLab ask of one.
func TestJUnitReadsBack(t *testing.T) {
	for _, s := range []*Set{example(), {Verdict: gate.Invalid, Why: "nothing could be built"}} {
		data := render(t, s, "junit", Options{})
		var got suites
		if err := xml.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		checkSuites(t, &got)
		again, err := xml.MarshalIndent(&got, "", " ")
		if err != nil || xml.Header+string(again)+"\n" != string(data) {
			t.Errorf("reads back as something else (%v):\n%s", err, again)
		}
		checkAttributes(t, data)
	}
}

// checkSuites counts again what the attributes say.
func checkSuites(t *testing.T, all *suites) {
	t.Helper()
	tests, failures, errors := 0, 0, 0
	for _, su := range all.Suites {
		var of [3]int
		for _, c := range su.Cases {
			outcomes := 0
			for i, o := range []*outcome{c.Failure, c.Error, c.Skipped} {
				if o == nil {
					continue
				}
				outcomes++
				of[i]++
				if o.Message == "" {
					t.Errorf("%s/%s has no message", su.Name, c.Name)
				}
			}
			if outcomes > 1 || c.Name == "" || c.Class == "" {
				t.Errorf("%s/%s: %d outcomes, class %q", su.Name, c.Name, outcomes, c.Class)
			}
			isTime(t, c.Time)
		}
		if su.Tests != len(su.Cases) || su.Tests == 0 || of != [3]int{su.Failures, su.Errors, su.Skipped} {
			t.Errorf("%s: counted %v of %d, says %d, %d, %d of %d", su.Name, of, len(su.Cases), su.Failures, su.Errors, su.Skipped, su.Tests)
		}
		isTime(t, su.Time)
		tests, failures, errors = tests+su.Tests, failures+su.Failures, errors+su.Errors
	}
	if all.Tests != tests || all.Failures != failures || all.Errors != errors || tests == 0 {
		t.Errorf("counted %d, %d, %d, says %d, %d, %d", tests, failures, errors, all.Tests, all.Failures, all.Errors)
	}
	isTime(t, all.Time)
}

func isTime(t *testing.T, s seconds) {
	t.Helper()
	if v, err := strconv.ParseFloat(string(s), 64); err != nil || v < 0 {
		t.Errorf("time %q", s)
	}
}

// checkAttributes looks at the document itself, not at our own types.
func checkAttributes(t *testing.T, data []byte) {
	t.Helper()
	needed := map[string][]string{
		"testsuites": {"tests", "failures", "errors", "time"},
		"testsuite":  {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
		"testcase":   {"name", "classname", "time"},
		"failure":    {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"},
	}
	seen := map[string]bool{}
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := dec.Token()
		if token == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		seen[start.Name.Local] = true
		has := map[string]bool{}
		for _, a := range start.Attr {
			has[a.Name.Local] = true
		}
		for _, a := range needed[start.Name.Local] {
			if !has[a] {
				t.Errorf("a %s has no attribute %s", start.Name.Local, a)
			}
		}
	}
	if !seen["testsuites"] || !seen["testcase"] {
		t.Errorf("elements: %v", seen)
	}
}

// What a verdict is to JUnit, of a metric and of a server that has no metric of it.
func TestJUnitVerdicts(t *testing.T) {
	for v, want := range map[gate.Verdict][3]int{
		gate.Pass: {}, gate.Improved: {}, gate.Regressed: {1, 0, 0}, gate.Invalid: {0, 1, 0},
		gate.Inconclusive: {0, 0, 1}, gate.NotGated: {0, 0, 1}, gate.Undecided: {0, 0, 1},
	} {
		ofMetric := Server{Row: "a", Result: gate.Result{Verdict: v, Findings: []gate.Finding{{Verdict: v}}}}
		ofServer := Server{Row: "b", Result: gate.Result{Verdict: v, Findings: []gate.Finding{{Verdict: gate.Pass}}}}
		if v == gate.Pass {
			ofServer.Result.Findings = nil
		}
		for _, sv := range []Server{ofMetric, ofServer} {
			su := (&Set{}).suite(sv.Row, 0, sv.cases())
			if got := [3]int{su.Failures, su.Errors, su.Skipped}; got != want {
				t.Errorf("%q, server %s: %v, want %v", v, sv.Row, got, want)
			}
		}
	}
}

// No text from outside makes the document unreadable.
func TestJUnitOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		b := Block{Block: gate.Block{Died: [2]string{"", text + "\x00\x1b[1m\xff"}}}
		s := &Set{Candidate: Side{Title: text}, Servers: []Server{{Row: text, Blocks: []Block{b},
			Result: gate.Result{Verdict: gate.Regressed, Why: text}}}}
		var out bytes.Buffer
		if err := s.Render(&out, "junit", Options{}); err != nil {
			t.Fatal(err)
		}
		var got suites
		if err := xml.Unmarshal(out.Bytes(), &got); err != nil || got.Failures != 1 {
			t.Fatalf("%v: %s", err, out.Bytes())
		}
	})
}
