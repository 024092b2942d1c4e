package metric

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/record"
)

// SummaryFile is the name of a summary, beside run.json.
const SummaryFile = "summary.json"

// Save writes the summary into the record's folder. One computed without the
// raw requests is not written: it would replace a better one.
func (s *Summary) Save(dir string) error {
	if s.Trimmed {
		return nil
	}
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", SummaryFile, err)
	}
	return record.WriteFile(filepath.Join(dir, SummaryFile), append(data, '\n'))
}

// Load is Summarize, except that a record trimmed of its raw requests is shown
// by the summary that was saved while it had them, if there is one.
func Load(src Source) (*Summary, error) {
	s, err := Summarize(src)
	if err != nil || !s.Trimmed {
		return s, err
	}
	data, err := os.ReadFile(filepath.Join(src.Dir(), SummaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read summary: %w", err)
	}
	saved := &Summary{}
	if err := json.Unmarshal(data, saved); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(src.Dir(), SummaryFile), err)
	}
	if saved.Schema != Schema || saved.Run != s.Run {
		return s, nil
	}
	saved.Trimmed, saved.Saved = true, true
	return saved, nil
}
