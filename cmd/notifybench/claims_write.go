package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

// writeSet writes everything that the folder of a set holds.
func writeSet(dir string, s *claimset.Set) error {
	return errors.Join(s.Save(dir), s.WritePage(dir), drawSet(dir, s))
}

// drawSet draws what the claims state and what was measured.
func drawSet(dir string, s *claimset.Set) error {
	var results []claim.Result
	for i := range s.Results {
		results = append(results, s.Results[i].Result)
	}
	var b bytes.Buffer
	if err := report.ClaimsChart(&b, "png", s.Count().String(), results); err != nil {
		return fmt.Errorf("draw the claims: %w", err)
	}
	return record.WriteFile(filepath.Join(dir, claimset.ChartFile), b.Bytes())
}
