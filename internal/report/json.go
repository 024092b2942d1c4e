package report

import (
	"encoding/json"
	"io"

	"github.com/notifybench/notifybench/internal/metric"
)

var summary = Format{
	Name: "json", File: metric.SummaryFile,
	Doc: "everything computed: cells, rows, rankings; a missing value is null",
	write: func(w io.Writer, r *Report, _ Options) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(migrated{r.Summary, r.migrate})
	},
}
