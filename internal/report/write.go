package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/chart"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// chartsDir is the folder of the charts, below the record's.
const chartsDir = "charts"

// drawn is a chart of a load.
type drawn struct {
	chart chart.Chart
	data  *chart.Data
}

// file is its path below the record's folder, with forward slashes.
func (d drawn) file(format string) string {
	if d.chart.Whole {
		return chartsDir + "/" + d.chart.Name + "." + format
	}
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, d.data.Load.Name)
	return chartsDir + "/" + safe + "-" + d.chart.Name + "." + format
}

// Write writes the report into dir: the summary, the page, the table, the charts.
// Every file is replaced atomically. It returns their paths.
func (r *Report) Write(dir string, o Options) (files []string, err error) {
	if err := os.MkdirAll(filepath.Join(dir, chartsDir), 0o755); err != nil {
		return nil, fmt.Errorf("create folder of charts: %w", err)
	}
	if err := r.Summary.Save(dir); err != nil {
		return nil, err
	}
	if !r.Summary.Trimmed {
		files = append(files, filepath.Join(dir, metric.SummaryFile))
	}
	if r.migrate != nil {
		data, err := migrateJSON(r.migrate)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, MigrateFile)
		if err := record.WriteFile(path, data); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	charts, err := r.writeCharts(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range Formats() {
		if f.File == "" || f.File == metric.SummaryFile {
			continue
		}
		var b bytes.Buffer
		if err := r.Render(&b, f.Name, o); err != nil {
			return nil, err
		}
		path := filepath.Join(dir, f.File)
		if err := record.WriteFile(path, b.Bytes()); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	return append(files, charts...), nil
}

// writeCharts draws every chart that applies, in every format, in parallel.
func (r *Report) writeCharts(dir string) (files []string, err error) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, d := range r.charts {
		for _, format := range chart.Formats() {
			path := filepath.Join(dir, filepath.FromSlash(d.file(format)))
			files = append(files, path)
			group.Go(func() error { return writeChart(path, d, format) })
		}
	}
	return files, group.Wait()
}

// planCharts lists the charts that apply.
func (r *Report) planCharts(src metric.Source) error {
	for i := range r.Run.Loads {
		data, err := r.chartData(src, &r.Run.Loads[i])
		if err != nil {
			return err
		}
		for _, c := range chart.All() {
			if !c.Whole && c.Applies(data) {
				r.charts = append(r.charts, drawn{c, data})
			}
		}
	}
	whole := &chart.Data{Run: r.Run, Migrate: r.migrate}
	for _, c := range chart.All() {
		if c.Whole && c.Applies(whole) {
			r.charts = append(r.charts, drawn{c, whole})
		}
	}
	return nil
}

func (r *Report) chartData(src metric.Source, load *record.Load) (*chart.Data, error) {
	d := &chart.Data{Run: r.Run, Load: load, Rows: r.Summary.Of(load.Name)}
	for _, s := range r.Summary.Searches {
		if s.Load == load.Name {
			d.Searches = append(d.Searches, s)
		}
	}
	if !load.Changing {
		return d, nil
	}
	series, err := metric.Timeline(src, r.Summary, load.Name)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", load.Name, err)
	}
	d.Series = series
	return d, nil
}

func writeChart(path string, d drawn, format string) error {
	var b bytes.Buffer
	if err := d.chart.Draw(&b, format, d.data); err != nil {
		return err
	}
	return record.WriteFile(path, b.Bytes())
}
