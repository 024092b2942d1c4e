package build

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/server"
)

func TestLayouts(t *testing.T) {
	for command, why := range map[string]string{
		"go build -o {bin} .":                     "",
		"/usr/local/go/bin/go build -o {bin} ./x": "",
		"go install ./...":                        "",
		"go build -ldflags=-s -o {bin} .":         "-ldflags",
		"go build --ldflags -s -o {bin} .":        "-ldflags",
		"make {bin}":                              "go build",
		"go run ./build {bin}":                    "go build",
		"cargo build --target-dir {bin}":          "go build",
		"go":                                      "go build",
		"":                                        "nothing is built",
	} {
		s := server.Server{Name: "mine", Build: strings.Fields(command)}
		n, got := Layouts(s, 4)
		switch {
		case why == "" && (n != 4 || got != ""):
			t.Errorf("%q: %d, %q", command, n, got)
		case why != "" && (n != 1 || !strings.Contains(got, why) || !strings.HasPrefix(got, "mine ")):
			t.Errorf("%q: %d, %q; want %q", command, n, got, why)
		}
		if n, got := Layouts(s, 1); n != 1 || got != "" {
			t.Errorf("%q: one is wanted and there: %d, %q", command, n, got)
		}
	}
}

func TestLayoutOfWhatHasOne(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=mod")
	script := server.Server{Name: "x", Dir: t.TempDir(), Build: strings.Fields("make {bin}")}
	if env, err := Layout(t.Context(), script, 3); err != nil || env != nil {
		t.Errorf("%q, %v", env, err)
	}
	own := server.Server{Name: "x", Dir: t.TempDir(), Build: strings.Fields("go build -ldflags=-s -o {bin} .")}
	env, err := Layout(t.Context(), own, 3)
	if want := []string{"GOFLAGS=-mod=mod -trimpath -buildvcs=false"}; err != nil || !slices.Equal(env, want) {
		t.Errorf("%q, %v; want %q", env, err, want)
	}
}

func TestWithLayout(t *testing.T) {
	const always = "-trimpath -buildvcs=false"
	for _, c := range []struct {
		flags string
		n     int
		want  string
	}{
		{"", 0, always},
		{"", 3, always + " -ldflags=-randlayout=3"},
		{"  -mod=mod\t-v ", 3, "-mod=mod -v " + always + " -ldflags=-randlayout=3"},
		{"-ldflags=-s", 3, "'-ldflags=-s -randlayout=3' " + always},
		{"'-ldflags=-s -w' -v", 3, "'-ldflags=-s -w -randlayout=3' -v " + always},
		{`"-ldflags=-X 'main.a=b c'"`, 3, `"-ldflags=-X 'main.a=b c' -randlayout=3" ` + always},
		{"--ldflags=-s -ldflags=all=-w", 3, "--ldflags=-s '-ldflags=all=-w -randlayout=3' " + always},
		{"'-ldflags=-s -w'", 0, "'-ldflags=-s -w' " + always},
	} {
		if got, err := withLayout(c.flags, c.n); err != nil || got != c.want {
			t.Errorf("%q in layout %d: %s, %v; want %s", c.flags, c.n, got, err, c.want)
		}
	}
	if _, err := withLayout("'-ldflags=-s", 3); err == nil || !strings.Contains(err.Error(), "GOFLAGS has a quote that does not end") {
		t.Error(err)
	}
}

// What is joined is read as it was.
func TestSplitReadsWhatJoinWrites(t *testing.T) {
	word := rapid.StringMatching(`[-a-z= \t'"]{0,12}`).Filter(func(w string) bool {
		return !strings.Contains(w, "'") || !strings.Contains(w, `"`)
	})
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(word).Draw(t, "words")
		text, err := join(words)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := split(text); err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q became %q, read as %q, %v", words, text, got, err)
		}
	})
	if _, err := join([]string{`a'b"c`}); err == nil {
		t.Error("quotes of both kinds cannot be written")
	}
}
