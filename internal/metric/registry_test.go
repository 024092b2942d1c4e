package metric

import (
	"regexp"
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
)

// Every metric has a name, a unit and a sentence, and says why it is missing
// where nothing was measured.
func TestMetricsConform(t *testing.T) {
	id := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	units := []Unit{PerSecond, Nanoseconds, Share, Bytes, Requests, Calls, Connections}
	seen := map[string]bool{}
	nothing := &facts{run: &record.Run{}, cell: &record.Cell{}, load: &record.Load{Open: true},
		subject: &record.Subject{}}
	for _, m := range All() {
		t.Run(m.ID, func(t *testing.T) {
			if !id.MatchString(m.ID) || seen[m.ID] {
				t.Errorf("ID %q is not new and plain", m.ID)
			}
			seen[m.ID] = true
			if m.Name == "" || m.Doc == "" || !slices.Contains(units, m.Unit) {
				t.Errorf("incomplete: %+v", m)
			}
			if !slices.Contains([]Better{Higher, Lower, Neither}, m.Better) {
				t.Errorf("better is %q", m.Better)
			}
			if v := m.of(nothing); v.OK || v.Why == "" || v.Format(m.Unit) != NotAvailable {
				t.Errorf("of nothing: %+v, printed %q", v, v.Format(m.Unit))
			}
			if found, ok := ByID(m.ID); !ok || found.Name != m.Name {
				t.Error("not found by its ID")
			}
		})
	}
	if _, ok := ByID("no such metric"); ok {
		t.Error("found a metric that does not exist")
	}
}

func TestChecksConform(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Checks() {
		if c.ID == "" || seen[c.ID] || c.Doc == "" || c.Flag+c.Invalid == "" {
			t.Errorf("incomplete: %+v", c)
		}
		seen[c.ID] = true
		nothing := &facts{run: &record.Run{}, cell: &record.Cell{}, load: &record.Load{Open: true}, subject: &record.Subject{}}
		if r := c.run(nothing); r.level != OK && r.level != Unchecked || (r.level == OK) != (r.text == "") {
			t.Errorf("%s finds %+v where nothing was measured", c.ID, r)
		}
	}
}

func TestBindersConform(t *testing.T) {
	kinds := BoundKinds()
	if len(kinds) != len(binders())+1 {
		t.Errorf("%d kinds of %d binders", len(kinds), len(binders()))
	}
	for kind, doc := range kinds {
		if kind == "" || doc == "" {
			t.Errorf("kind %q has doc %q", kind, doc)
		}
	}
	nothing := &facts{run: &record.Run{}, cell: &record.Cell{}, load: &record.Load{}}
	if b := findBound(nothing); b.Kind != Unexplained {
		t.Errorf("nothing is bound by %+v", b)
	}
}
