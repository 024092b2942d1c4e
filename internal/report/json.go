package report

import (
	"encoding/json"
	"io"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
)

var summary = Format{
	Name: "json", File: metric.SummaryFile,
	Doc: "everything computed: cells, rows, rankings, claims; a missing value is null",
	write: func(w io.Writer, r *Report, _ Options) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(settled{r.Summary, r.Claims})
	},
}

// settled is a summary with the verdicts on the claims. The file has the summary alone:
// claims follow from it and from the record.
type settled struct {
	*metric.Summary
	Claims []claim.Result `json:"claims,omitempty"`
}
