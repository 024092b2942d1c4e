package report

import (
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
)

// The table is there where something went wrong, in both forms, and only there.
func TestDeliveriesAreShownWhereSomethingWentWrong(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(2))
	for i := range r.Summary.Rows {
		d := &r.Summary.Rows[i].Deliveries
		*d = metric.Deliveries{Cells: 2, Delivered: 1234}
	}
	shows := func() (n int) {
		for _, format := range []string{"text", "markdown"} {
			n += strings.Count(render(t, r, format, Options{}), deliveriesTitle)
		}
		return n
	}
	if n := shows(); n != 0 {
		t.Errorf("%d tables of nothing wrong", n)
	}
	d := &r.Summary.Rows[0].Deliveries
	for _, wrong := range []metric.Deliveries{{Lost: 1}, {Duplicated: 1}, {FalselyReported: 1}, {Waiting: 1}} {
		if *d = wrong; shows() != 2 {
			t.Errorf("%+v is shown in %d tables", wrong, shows())
		}
	}
	text := render(t, r, "text", Options{})
	_, table, _ := strings.Cut(text, deliveriesTitle)
	if line := strings.Split(table, "\n")[2]; strings.Join(strings.Fields(line), " ") != "goroutine n/a n/a n/a n/a n/a" {
		t.Errorf("of a row without books: %q", line)
	}
	if !strings.Contains(table, "1,234") {
		t.Errorf("%s", table)
	}
}
