package main

import (
	"bytes"
	"errors"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

// writeSet writes everything that the folder of a set holds.
func writeSet(dir string, s *claimset.Set) error {
	drawn, err := drawSet(dir, s)
	return errors.Join(err, s.Save(dir), s.WritePage(dir, drawn))
}

// drawSet draws what the claims state and what was measured, where there is such a thing.
func drawSet(dir string, s *claimset.Set) (drawn bool, err error) {
	var b bytes.Buffer
	drawn, err = report.ClaimsChart(&b, "png", s.Count().String(), s.Claims())
	if err != nil || !drawn {
		return false, err
	}
	return true, record.WriteFile(filepath.Join(dir, claimset.ChartFile), b.Bytes())
}
