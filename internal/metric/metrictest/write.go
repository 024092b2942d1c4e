package metrictest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// Write writes the record below parent, as a run would, and returns its folder.
func (m *Memory) Write(parent string) (dir string, err error) {
	w, err := record.Create(parent, &m.Record)
	if err != nil {
		return "", err
	}
	for i := range m.Record.Cells {
		c := &m.Record.Cells[i]
		if c.Status != record.StatusOK {
			continue
		}
		cell, err := w.CellDir(c)
		if err != nil {
			return "", err
		}
		ticks, errTicks := record.CreateTicks(filepath.Join(cell, record.TicksFile))
		samples, errSamples := record.CreateSamples(filepath.Join(cell, record.SamplesFile))
		if err := errors.Join(errTicks, errSamples); err != nil {
			return "", err
		}
		err = errors.Join(
			writeRequests(filepath.Join(cell, record.RequestsFile), m.Raw[i]),
			fill(ticks, m.Tick[i]), fill(samples, m.Sampled[i]),
			writeLedger(filepath.Join(cell, record.LedgerFile), m.Taken[i]))
		if err != nil {
			return "", err
		}
	}
	return w.Dir(), nil
}

func fill[T any](t *record.Table[T], rows []T) error {
	for i := range rows {
		if err := t.Add(&rows[i]); err != nil {
			return errors.Join(err, t.Close())
		}
	}
	return t.Close()
}

func writeRequests(path string, raw []record.Request) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(f)
	enc := gob.NewEncoder(buffered)
	for i := range raw {
		if err := enc.Encode(&raw[i]); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(buffered.Flush(), f.Close())
}

func writeLedger(path string, pages []contract.LedgerPage) error {
	if pages == nil {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	lines := json.NewEncoder(z)
	for _, p := range pages {
		if err := lines.Encode(p); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return record.WriteLedger(path, &packed)
}

func withCalls(c *record.Cell, channel string, calls uint64) contract.ProviderStats {
	p := c.Providers.Providers[channel]
	p.Calls = calls
	return p
}
