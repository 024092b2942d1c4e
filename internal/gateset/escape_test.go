package gateset

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
)

var details = regexp.MustCompile(`(?s)<details>.*?</details>\n`)

// The page begins with its mark and fits a screen until one unfolds it, however many
// servers there are.
func TestPageFitsAScreen(t *testing.T) {
	s := example()
	for range 3 {
		s.Servers = append(s.Servers, s.Servers...)
	}
	for _, s := range []*Set{example(), s} {
		page := render(t, s, "markdown", Options{})
		if !bytes.HasPrefix(page, []byte(Marker+"\n")) {
			t.Errorf("begins %q", page[:40])
		}
		folded := details.ReplaceAll(page, nil)
		text := regexp.MustCompile(`\n+`).ReplaceAll(folded, []byte("\n"))
		if n := bytes.Count(text, []byte("\n")); n > 36 && len(s.Servers) < 10 {
			t.Errorf("%d lines:\n%s", n, text)
		}
		if open, closed := bytes.Count(page, []byte("<details>")), bytes.Count(page, []byte("</details>")); open != closed {
			t.Errorf("%d details, %d closed", open, closed)
		}
	}
}

// Nothing from outside is structure, a link, a mention or a reference on the page.
func TestPageEscapes(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	allowed := regexp.MustCompile(`^</?(details|summary|code|pre)>$`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~\n\x1b|<>@#é]{0,30}`).Draw(t, "text") + "@you <b>#1 ](http://e.org)|`"
		b := Block{Block: gate.Block{Died: [2]string{"", text}}}
		s := &Set{Base: Side{Title: text, Ref: text}, Scenario: text, Tool: text, Note: text, Why: text, PolicyFile: text, Servers: []Server{
			{Row: text, Missing: text},
			{Row: text, RateWhy: text, Rate: 1, Blocks: []Block{b}, Result: gate.Result{Verdict: gate.Regressed, Why: text,
				Findings: []gate.Finding{{Rule: gate.Rule{Metric: text, Load: text}, Verdict: gate.NotGated, Why: text}}}}}}
		var out bytes.Buffer
		if err := s.Render(&out, "markdown", Options{}); err != nil {
			t.Fatal(err)
		}
		_, page, _ := strings.Cut(out.String(), "\n")
		columns := 0
		log := false
		for _, l := range strings.Split(page, "\n") {
			for _, tag := range tags.FindAllString(l, -1) {
				if !allowed.MatchString(tag) {
					t.Fatalf("tag %s in %q", tag, l)
				}
			}
			if log = log && l != "</pre>" || l == "<pre>"; log {
				continue
			}
			if strings.ContainsAny(l, "@`\\[]\x1b") || strings.Contains(l, "//e.org)") && strings.Contains(l, "http:") {
				t.Fatalf("not escaped: %q", l)
			}
			switch n := strings.Count(l, "|"); {
			case n == 0:
				columns = 0
			case columns == 0:
				columns = n
			case n != columns:
				t.Fatalf("%d cells in place of %d: %q", n, columns, l)
			}
		}
	})
}

// A message of a workflow is one line, and reads back as what it was.
func TestAnnotationsEscape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		s := &Set{Servers: []Server{{Row: text, Missing: "gone: " + text}}}
		var out bytes.Buffer
		if err := s.Render(&out, "github", Options{}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines: %q", len(lines), lines)
		}
		command, message, _ := strings.Cut(strings.TrimPrefix(lines[1], "::"), "::")
		level, title, ok := strings.Cut(command, " title=")
		back := strings.NewReplacer("%0A", "\n", "%0D", "\r", "%3A", ":", "%2C", ",", "%25", "%")
		if !ok || level != "warning" || back.Replace(title) != clean(text) || back.Replace(message) != "not measured: gone: "+clean(text) {
			t.Fatalf("%q, %q, %q", level, title, message)
		}
		if strings.ContainsAny(title, ":,") {
			t.Fatalf("a title that ends early: %q", title)
		}
	})
}

func TestAnnotationsAreFewOfALevel(t *testing.T) {
	s := &Set{Verdict: gate.Regressed}
	for range 30 {
		s.Servers = append(s.Servers, Server{Row: "a", Result: gate.Result{Verdict: gate.Regressed, Why: "crashed"}})
	}
	if n := bytes.Count(render(t, s, "github", Options{}), []byte("::error ")); n != perLevel {
		t.Errorf("%d annotations", n)
	}
}
