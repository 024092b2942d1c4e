package gateset

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file, or writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it; %v):\n%s", path, err, got)
	}
}

func render(t testing.TB, s *Set, format string, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Render(&b, format, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	files := map[string]string{"markdown": "gate.md", "json": "gate.json", "junit": "gate.junit.xml", "benchfmt": "gate.bench.txt", "github": "github.txt"}
	for format, file := range files {
		golden(t, filepath.Join("testdata", file), render(t, example(), format, Options{}))
	}
	for file, o := range map[string]Options{"wide.txt": {}, "narrow.txt": {Width: 80}, "ascii.txt": {ASCII: true, Width: 150}, "colour.txt": {Colour: true, Width: 150}} {
		golden(t, filepath.Join("testdata", file), render(t, example(), "text", o))
	}
}

// Every format is complete, writes something for a gate of every kind, and says its verdict.
func TestFormatsConform(t *testing.T) {
	var names, files []string
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || slices.Contains(names, f.Name) || f.File != "" && slices.Contains(files, f.File) {
			t.Errorf("incomplete, or twice: %+v", f)
		}
		names, files = append(names, f.Name), append(files, f.File)
		for _, s := range []*Set{example(), {Verdict: "INVALID", Why: "nothing could be built"}, {}} {
			got := string(render(t, s, f.Name, Options{}))
			if s.Verdict != "" && f.Name != "benchfmt" && !strings.Contains(got, string(s.Verdict)) {
				t.Errorf("%s does not say %s:\n%s", f.Name, s.Verdict, got)
			}
		}
	}
	err := example().Render(&bytes.Buffer{}, "gif", Options{})
	if err == nil || !strings.Contains(err.Error(), strings.Join(names, ", ")) {
		t.Errorf("%v", err)
	}
}

// The text fits the terminal, but for what cannot be broken; no colour is needed to read it.
func TestTextFits(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for _, l := range strings.Split(string(render(t, example(), "text", Options{Width: 80, ASCII: ascii})), "\n") {
			if uniseg.StringWidth(l) > 80 && !strings.HasPrefix(l, "    | ") {
				t.Errorf("%d columns: %s", uniseg.StringWidth(l), l)
			}
		}
	}
	plain := render(t, example(), "text", Options{Width: 150})
	if bytes.Contains(plain, []byte("\x1b")) {
		t.Error("codes of a terminal without being asked for")
	}
	coloured := render(t, example(), "text", Options{Width: 150, Colour: true})
	if got := escapes.ReplaceAll(coloured, nil); !bytes.Equal(got, plain) {
		t.Errorf("colours change more than colours:\n%s", got)
	}
}
