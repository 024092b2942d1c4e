package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

// image is a picture that a page shows.
var image = regexp.MustCompile(`!\[[^\]]*\]\(([^)]+)\)`)

// Every reference record still opens, is of a whole run and renders in every format from
// what is kept; its page shows pictures that are there.
func TestEveryReferenceRenders(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(committed, "*", "run.json"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no reference records: %v", err)
	}
	for _, file := range found {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			f, err := recordOf(dir)
			if err != nil {
				t.Fatal(err)
			}
			if f.name != filepath.Base(dir) {
				t.Errorf("is of the scenario %s", f.name)
			}
			rd, err := record.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			r, err := report.New(rd)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Summary.Saved {
				t.Error("its summary is not the one that was saved")
			}
			for _, format := range report.Names() {
				if err := r.Render(io.Discard, format, report.Options{}); err != nil {
					t.Error(err)
				}
			}
			for _, m := range image.FindAllStringSubmatch(text(t, dir, "report.md"), -1) {
				if !isFile(dir, filepath.FromSlash(m[1])) {
					t.Errorf("report.md shows %s, which is not kept", m[1])
				}
			}
		})
	}
}

// Nothing is committed that is not kept, and nothing that names a machine.
func TestTheReferenceNamesNoMachine(t *testing.T) {
	files, err := filesBelow(committed)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if filepath.Ext(name) != ".png" {
			if err := nameless(data); err != nil {
				t.Errorf("%s:%v", name, err)
			}
		}
		folder, below, nested := strings.Cut(name, "/")
		if !nested {
			continue // a table of something else
		}
		keep := ofRecord
		if _, err := os.Stat(filepath.Join(committed, folder, claimsFile)); err == nil {
			keep = ofClaims
		}
		if !keep.MatchString(below) {
			t.Errorf("%s is not what a reference keeps", name)
		}
	}
}
