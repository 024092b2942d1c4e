package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/migrate"
)

// section is what follows a heading.
func section(t *testing.T, out, heading string) string {
	t.Helper()
	i := strings.Index(out, heading)
	if i < 0 {
		t.Fatalf("no %q in:\n%s", heading, out)
	}
	return out[i:]
}

func TestGoldenMigrate(t *testing.T) {
	r := reportOf(t, metrictest.Migrated(6))
	golden(t, "migrate.txt", section(t, render(t, r, "text", Options{Width: 150}), migrateTitle))
	page, _, _ := strings.Cut(section(t, render(t, r, "markdown", Options{}), migrateTitle), "## What the numbers mean")
	golden(t, "migrate.md", page)
	var parsed struct {
		Rows    []metric.Row
		Migrate *migrate.Table
	}
	if err := json.Unmarshal([]byte(render(t, r, "json", Options{})), &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed.Rows) == 0 || parsed.Migrate == nil || len(parsed.Migrate.Rates) != 3 || len(parsed.Migrate.Answers) != 1 {
		t.Errorf("%+v", parsed.Migrate)
	}
	for _, width := range []int{80, 90, 100} {
		for line := range strings.Lines(section(t, render(t, r, "text", Options{Width: width}), migrateTitle)) {
			if w := uniseg.StringWidth(strings.TrimRight(line, "\n")); w > width {
				t.Errorf("%d columns of %d: %s", w, width, line)
			}
		}
	}
}
