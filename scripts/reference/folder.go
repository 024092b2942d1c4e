package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Files of a set of claims.
const (
	claimsFile = "claims.json"
	claimsPage = "claims.md"
	claimsName = "claims" // of its folder among the reference results
)

// folder is one folder of the reference results: where it comes from, and what of it is kept.
type folder struct {
	name  string
	from  string
	keep  *regexp.Regexp    // of paths below it, with forward slashes
	moved map[string]string // names of folders in it that become others
	files map[string][]byte
}

var (
	ofRecord = regexp.MustCompile(`^(run\.json|summary\.json|report\.md|results\.csv|charts/[^/]+\.(png|svg))$`)
	ofClaims = regexp.MustCompile(`^(claims\.json|claims\.md|claims\.png|charts/[^/]+\.(png|svg))$`)
)

// kept lists what the folders named hold: records, and sets of claims with theirs.
func kept(named []string) ([]folder, error) {
	var all []folder
	for _, dir := range named {
		var list []folder
		var err error
		if isFile(dir, claimsFile) {
			list, err = setOf(dir)
		} else {
			list, err = one(recordOf(dir))
		}
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	seen := map[string]string{}
	for _, f := range all {
		if other, twice := seen[f.name]; twice {
			return nil, fmt.Errorf("%s and %s would both become %s: name one of them", other, f.from, f.name)
		}
		seen[f.name] = f.from
	}
	return all, nil
}

func one(f folder, err error) ([]folder, error) { return []folder{f}, err }

// recordOf is a record that can be a reference: a whole one, with its summary.
func recordOf(dir string) (folder, error) {
	rd, err := record.Open(dir)
	if err != nil {
		return folder{}, err
	}
	r := rd.Run()
	s, err := metric.Load(rd)
	switch {
	case err != nil:
		return folder{}, fmt.Errorf("%s: %w", dir, err)
	case r.Status != record.StatusComplete:
		return folder{}, fmt.Errorf("%s is %s: a reference is of a whole run", dir, r.Status)
	case r.Scenario.Short:
		return folder{}, fmt.Errorf("%s is of a short run: a reference is of a full one", dir)
	case s.Trimmed && !s.Saved:
		return folder{}, fmt.Errorf("%s has neither raw requests nor a summary", dir)
	case filepath.Base(r.Scenario.Name) != r.Scenario.Name || r.Scenario.Name == claimsName:
		return folder{}, fmt.Errorf("%s: %q is no name for a folder of the reference", dir, r.Scenario.Name)
	}
	for _, file := range []string{metric.SummaryFile, "report.md", "results.csv"} {
		if !isFile(dir, file) {
			return folder{}, fmt.Errorf("%s has no %s: render it with notifybench report", dir, file)
		}
	}
	return folder{name: r.Scenario.Name, from: dir, keep: ofRecord}, nil
}

// setOf is a set of claims and the records that it rests on.
func setOf(dir string) ([]folder, error) {
	data, err := os.ReadFile(filepath.Join(dir, claimsFile))
	if err != nil {
		return nil, err
	}
	var set struct {
		Status  string `json:"status"`
		Options struct {
			Short bool `json:"short"`
		} `json:"options"`
		Scenarios []struct {
			Record string `json:"record"` // empty: not measured
		} `json:"scenarios"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, claimsFile), err)
	}
	switch {
	case set.Status != record.StatusComplete:
		return nil, fmt.Errorf("%s is %s: notifybench claims --resume", dir, set.Status)
	case set.Options.Short:
		return nil, fmt.Errorf("%s is short: a reference is of all claims", dir)
	case !isFile(dir, claimsPage):
		return nil, fmt.Errorf("%s has no %s", dir, claimsPage)
	}
	claims := folder{name: claimsName, from: dir, keep: ofClaims, moved: map[string]string{}}
	list := []folder{claims}
	for _, s := range set.Scenarios {
		if s.Record == "" {
			continue
		}
		f, err := recordOf(s.Record)
		if err != nil {
			return nil, err
		}
		claims.moved[s.Record] = f.name
		list = append(list, f)
	}
	return list, nil
}

// read takes in what is kept, free of this machine.
func (f *folder) read(here machine) error {
	f.files = map[string][]byte{}
	return filepath.WalkDir(f.from, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(f.from, file)
		if err != nil || !f.keep.MatchString(filepath.ToSlash(below)) {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if filepath.Ext(file) != ".png" {
			data = here.strip(f.move(data))
			if err := nameless(data); err != nil {
				return fmt.Errorf("%s:%w", file, err)
			}
		}
		f.files[filepath.ToSlash(below)] = data
		return nil
	})
}

// move gives the folders of records the names they get. Of two names the longer one goes
// first: the other may be its beginning.
func (f *folder) move(data []byte) []byte {
	for _, from := range slices.Backward(slices.Sorted(maps.Keys(f.moved))) {
		data = bytes.ReplaceAll(data, []byte(from), []byte(path.Join("results", "reference", f.moved[from])))
	}
	return data
}

func isFile(parts ...string) bool {
	info, err := os.Stat(filepath.Join(parts...))
	return err == nil && !errors.Is(err, fs.ErrNotExist) && info.Mode().IsRegular()
}
