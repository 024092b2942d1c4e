package strict

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// settings is a decoding that uses every reader.
type settings struct {
	Name     string
	Duration time.Duration
	Count    int
	Share    float64
	Kind     string
	Text     string
	List     []string
}

func decode(src string) (settings, error) {
	doc := Parse("f.yaml", []byte(src))
	m := doc.Root().Map("name", "duration", "count", "share", "kind", "text", "list")
	var s settings
	m.Need("name", "my-name").Name(&s.Name)
	m.Get("duration").Duration(&s.Duration, time.Second, time.Hour)
	m.Get("count").Int(&s.Count, 1, 10)
	m.Get("share").Share(&s.Share)
	m.Get("kind").OneOf(&s.Kind, "pinned", "shared")
	m.Get("text").Text(&s.Text)
	for _, item := range m.Get("list").List("write [a, b]") {
		var v string
		item.Scalar(&v)
		s.List = append(s.List, v)
	}
	return s, doc.Err()
}

func TestDecodeReadsEveryKind(t *testing.T) {
	got, err := decode("name: a-b\nduration: 2s\ncount: 3\nshare: 0.1%\nkind: shared\n" +
		"text: \"x: y\"\nlist: [1, true, z]\n")
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Join(got.List, ",")
	if got.Name != "a-b" || got.Duration != 2*time.Second || got.Count != 3 || got.Share != 0.001 ||
		got.Kind != "shared" || got.Text != "x: y" || list != "1,true,z" {
		t.Errorf("got %+v", got)
	}
}

func TestWindowsLineEnds(t *testing.T) {
	got, err := decode("name: a\r\ncount: 3\r\nlist:\r\n  - x\r\n")
	if err != nil || got.Name != "a" || got.Count != 3 || got.List[0] != "x" {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = decode("name: a\r\ncount: x\r\n")
	if err == nil || !strings.HasPrefix(err.Error(), "f.yaml:2:8:") {
		t.Errorf("got %v", err)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "f.yaml: the file is empty: write a mapping, such as name: value"},
		{"only comments", "# nothing\n", "f.yaml: the file is empty: write a mapping, such as name: value"},
		{"missing", "count: 3\n", "f.yaml:1:1: missing key name: add name: my-name"},
		{"unknown key", "name: a\ncuont: 3\n", `f.yaml:2:1: unknown key "cuont": did you mean "count"? ` +
			`(valid: name, duration, count, share, kind, text, list)`},
		{"duplicate key", "name: a\nname: b\n",
			`f.yaml:2:1: duplicate key "name", first on line 1: remove one of the two`},
		{"no unit", "name: a\nduration: 5\n", `f.yaml:2:11: duration: "5" has no unit: write 5ms or 5s`},
		{"zero without unit", "name: a\nduration: 0\n", `f.yaml:2:11: duration: "0" has no unit: write 0ms or 0s`},
		{"bad unit", "name: a\nduration: 5 sec\n",
			`f.yaml:2:11: duration: "5 sec" is not a duration: write a number and a unit: 200ms, 2s, 1m30s`},
		{"range", "name: a\nduration: 2h\n",
			`f.yaml:2:11: duration: 2h is out of range: write a duration from 1s to 1h0m0s`},
		{"count", "name: a\ncount: 11\n",
			`f.yaml:2:8: count: 11 is out of range: write a whole number from 1 to 10`},
		{"fraction", "name: a\ncount: 1.5\n",
			`f.yaml:2:8: count: "1.5" is not a whole number: write digits only, such as 4`},
		{"share", "name: a\nshare: 120%\n",
			`f.yaml:2:8: share: share 120% is out of range: write a share from 0 to 1, or 0% to 100%`},
		{"kind", "name: a\nkind: pined\n",
			`f.yaml:2:7: unknown kind "pined": did you mean "pinned"? (valid: pinned, shared)`},
		{"wrong type", "name: [a]\n", `f.yaml:1:7: name is a list, not a single value: write a single value`},
		{"no value", "name:\n", `f.yaml:1:1: name has no value: write a single value`},
		{"not a mapping", "[a]\n", `f.yaml:1:1: the file is a list, not a mapping: write a mapping with the keys ` +
			`name, duration, count, share, kind, text, list`},
		{"anchor", "name: &x a\n",
			`f.yaml:1:7: anchors (&name) are not supported: write the value out, in plain YAML`},
		{"tag", "name: !!str a\n",
			`f.yaml:1:7: tags (!name) are not supported: write the value out, in plain YAML`},
		{"two documents", "name: a\n---\nname: b\n",
			`f.yaml:3:1: a second YAML document: keep one document a file; remove the --- line`},
		{"not UTF-8", "name: \xff\n", `f.yaml: not valid UTF-8: save the file as UTF-8`},
		{"deep", strings.Repeat("[", 100),
			`f.yaml:1:65: line too long, brackets nested too deep, or too many lines: ` +
				`at most 4096 bytes a line, 64 levels and 10000 lines`},
		{"big", "#" + strings.Repeat("x", maxSize), `f.yaml: file of 1048577 bytes: at most 1 MiB`},
		{"several", "nam: a\ncount: x\n", `f.yaml:1:1: unknown key "nam": did you mean "name"? ` +
			"(valid: name, duration, count, share, kind, text, list)\n" +
			"f.yaml:1:1: missing key name: add name: my-name\n" +
			`f.yaml:2:8: count: "x" is not a whole number: write digits only, such as 4`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(c.src)
			if err == nil {
				t.Fatal("no problem")
			}
			if err.Error() != c.want {
				t.Errorf("\n got %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestSyntaxErrorsHaveAPlace(t *testing.T) {
	for _, src := range []string{"name: [a\n", "name: \"a\n", "a: b: c\n", "\tname: a\n",
		"name: a\n  b: c\n", "- a\nb: c\n"} {
		_, err := decode(src)
		var ps Problems
		if !errors.As(err, &ps) {
			t.Errorf("%q: %v", src, err)
			continue
		}
		if ps[0].Line == 0 || !strings.Contains(ps[0].What, "not valid YAML") {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{"", "a: b", "a: [1, {b: c}]", "? a\n: b", "a: &x [*x]", "a: |\n  x\n",
		"<<: {a: b}", "- - - a", "a: !!t b",
		"%YAML 1.2\n---\na: b", "{a, b: }", "'", "\"\\u2028\"", "a:\n- b\n-c"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		doc := Parse("f", []byte(src))
		doc.Root().Value()
		if doc.Err() == nil && !doc.Root().Present() {
			t.Error("neither a value nor a problem")
		}
		lines := strings.Count(src, "\n") + strings.Count(src, "\r") + 2 // a lone CR ends a line in YAML
		for _, p := range doc.problems {
			if p.Line < 0 || p.Line > lines || p.What == "" || p.Instead == "" {
				t.Errorf("%d lines: %v", lines, p)
			}
		}
	})
}
