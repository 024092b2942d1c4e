package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
)

func claimed(t testing.TB) *Report {
	m := metrictest.Fixture(6)
	m.Record.Scenario.Claims = metrictest.Claims()
	return reportOf(t, m)
}

// claimsText is the section for a terminal.
func claimsText(r *Report, o Options) string {
	var b bytes.Buffer
	p := &printer{w: bufio.NewWriter(&b), o: o}
	p.claims(r.Claims)
	p.w.Flush()
	return b.String()
}

func TestClaimsGolden(t *testing.T) {
	r := claimed(t)
	var page bytes.Buffer
	p := &printer{w: bufio.NewWriter(&page)}
	p.pageClaims(r.Claims)
	p.w.Flush()
	golden(t, "claims.txt", claimsText(r, Options{Width: 120}))
	golden(t, "claims.md", page.String())
}

// The claims of a record are in its report, whole and in every format but CSV; without
// claims there is no word of them.
func TestClaimsAreInTheReport(t *testing.T) {
	r := claimed(t)
	section := strings.TrimSpace(claimsText(r, Options{}))
	if text := render(t, r, "text", Options{}); !strings.Contains(text, section) {
		t.Error("the text has another section")
	}
	if page := render(t, r, "markdown", Options{}); !strings.Contains(page, "## Claims\n") ||
		!strings.Contains(page, "&lt;500&gt; req/s") || !strings.Contains(page, `by two calls \| whatever`) {
		t.Error("the page has no section, or does not escape it")
	}
	var back struct {
		metric.Summary
		Claims []claim.Result `json:"claims"`
	}
	if err := json.Unmarshal([]byte(render(t, r, "json", Options{})), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Claims) != len(r.Claims) || len(back.Rows) == 0 || back.Claims[0].Verdict != claim.Impossible ||
		*back.Claims[0].Value != *r.Claims[0].Value {
		t.Errorf("%d claims read back", len(back.Claims))
	}
	plain := reportOf(t, metrictest.Fixture(1))
	for _, f := range Formats() {
		if strings.Contains(strings.ToLower(render(t, plain, f.Name, Options{})), "\nclaims") {
			t.Errorf("%s speaks of claims where there are none", f.Name)
		}
	}
}

// However narrow the terminal, the table fits, loses no word and keeps to its columns.
func TestClaimsFitTheTerminal(t *testing.T) {
	r := claimed(t)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(80, 240).Draw(t, "width")
		text := claimsText(r, Options{Width: width})
		for line := range strings.Lines(text) {
			if w := uniseg.StringWidth(strings.TrimRight(line, "\n")); w > width {
				t.Fatalf("%d columns of %d: %s", w, width, line)
			}
		}
		for _, result := range r.Claims {
			figure, rest := strings.TrimRight(strings.TrimSuffix(result.Measured, result.Bound), ",: "), result.Bound
			if result.Ceiling != "" { // the same arithmetic, in place of what bound it
				rest = result.Ceiling
			}
			for word := range strings.FieldsSeq(figure + " " + rest + " " + result.Claim.Stated) {
				if !strings.Contains(text, word) {
					t.Fatalf("%q of %s is lost", word, result.Claim.ID)
				}
			}
		}
	})
}

// The chart shows what states a figure and has one, and names the rest.
func TestClaimsChart(t *testing.T) {
	var b bytes.Buffer
	if _, err := ClaimsChart(&b, "svg", "headline", claimed(t).Claims); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sync-187", "187.23/s", "11.3/s", "comes out with fasthttp under spike: 166.8/s",
		"≥ 2.5 times", "fast, cpu-order, flask-11, two-processes, nodejs"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the chart does not say %q", want)
		}
	}
}
