package report

import (
	"encoding/json"
	"io"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/migrate"
)

var summary = Format{
	Name: "json", File: metric.SummaryFile,
	Doc: "everything computed: cells, rows, rankings, claims; a missing value is null",
	write: func(w io.Writer, r *Report, _ Options) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(settled{r.Summary, r.Claims, r.migrate})
	},
}

// settled is a summary with the verdicts on the claims, and the answer to whether to
// migrate. The file has the summary alone: both follow from it and from the record.
type settled struct {
	*metric.Summary
	Claims  []claim.Result `json:"claims,omitempty"`
	Migrate *migrate.Table `json:"migrate,omitempty"`
}
