package gateset

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/chart"
	"github.com/notifybench/notifybench/internal/record"
)

// chartsDir is the folder of the charts, below the gate's.
const chartsDir = "charts"

// WriteAll writes the gate in every format that has a file, and its charts, into dir.
// Every file is replaced atomically. It returns their paths.
func (s *Set) WriteAll(dir string) (files []string, err error) {
	for _, f := range Formats() {
		if f.File == "" {
			continue
		}
		var b bytes.Buffer
		if err := s.Render(&b, f.Name, Options{}); err != nil {
			return nil, err
		}
		path := filepath.Join(dir, f.File)
		if err := record.WriteFile(path, b.Bytes()); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	charts, err := s.writeCharts(dir)
	return append(files, charts...), err
}

// writeCharts draws every chart in every format, in parallel.
func (s *Set) writeCharts(dir string) (files []string, err error) {
	plans := s.charts()
	if len(plans) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(filepath.Join(dir, chartsDir), 0o755); err != nil {
		return nil, fmt.Errorf("create folder of charts: %w", err)
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range plans {
		for _, format := range chart.Formats() {
			path := filepath.Join(dir, chartsDir, p.file+"."+format)
			files = append(files, path)
			group.Go(func() error {
				var b bytes.Buffer
				if err := chart.DrawGate(&b, format, &p.data); err != nil {
					return err
				}
				return record.WriteFile(path, b.Bytes())
			})
		}
	}
	return files, group.Wait()
}
