package report

import (
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric/metrictest"
)

// A line where all did the same, the table where one did not; the page always has it.
func TestEqualWorkIsShown(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(2))
	text, page := render(t, r, "text", Options{}), render(t, r, "markdown", Options{})
	loads := len(r.Run.Loads)
	if n := strings.Count(text, "equal work: 2.00 calls (email 1.00, sms 1.00) and 96 bytes a notification in every row"); n != loads {
		t.Errorf("%d lines of %d loads", n, loads)
	}
	if strings.Contains(text, equalWorkTitle) || strings.Count(page, "### Equal work?") != loads {
		t.Error("a table of what is equal in the text, or none on the page")
	}
	for i := range r.Summary.Rows {
		if row := &r.Summary.Rows[i]; row.Load == "r300" && row.Subject == "gin" {
			row.Unequal = "made 1.00 calls"
		}
	}
	text = render(t, r, "text", Options{})
	_, table, ok := strings.Cut(text, equalWorkTitle)
	if !ok || strings.Count(text, "equal work: 2.00") != loads-1 {
		t.Fatalf("no table in\n%s", text)
	}
	lines := strings.Split(table, "\n")
	for i, want := range []string{
		"server calls email sms retries bytes peak in flight connections per 1,000 from generator",
		"goroutine 2.00 1.00 1.00 0.00 96 110 448 ",
		"gin (unequal work) 2.00 ",
		"fasthttp 2.00 ",
		"pool workers=4 n/a n/a n/a n/a n/a 110 ", // what is not known is no zero
	} {
		if got := strings.Join(strings.Fields(lines[i+1]), " "); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
