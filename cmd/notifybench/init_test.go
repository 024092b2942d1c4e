package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/notifybench/notifybench/internal/policy"
)

const otherRepo = "../../testdata/other-repo"

// The other repository holds what init writes there: UPDATE_SCRIPTS=1 writes it anew.
func TestInitWritesWhatTheOtherRepositoryHolds(t *testing.T) {
	dir := copyOf(t, otherRepo)
	if err := os.RemoveAll(filepath.Join(dir, "notifybench")); err != nil {
		t.Fatal(err)
	}
	if err := initFolder(&bytes.Buffer{}, dir, "", false); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.RemoveAll(filepath.Join(otherRepo, "notifybench")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(otherRepo, "notifybench"), os.DirFS(filepath.Join(dir, "notifybench"))); err != nil {
			t.Fatal(err)
		}
	}
	got, want := contents(t, dir), contents(t, otherRepo)
	for file, text := range got {
		if text != want[file] {
			t.Errorf("%s differs:\n got %s\nwant %s", file, text, want[file])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// The policy that init writes is read, with the metrics there are.
func TestInitWritesAPolicy(t *testing.T) {
	f, err := policy.Read(filepath.Join(otherRepo, "notifybench", "gate.yaml"), gateable(), "nowhere")
	if err != nil {
		t.Fatal(err)
	}
	if f.Busy != 0.5 || f.Open() != "open" || len(f.Gate.Rules) != 4 || !slices.Equal(f.Rows, []string{"mailer"}) {
		t.Errorf("got %+v", f)
	}
}

// Whichever file is in the way: it stays as it is, and nothing else is written.
func TestInitWritesAllOrNothing(t *testing.T) {
	files, err := starterFiles(surroundings{Name: "x"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, asFolder := range []bool{false, true} {
			dir := t.TempDir()
			there := filepath.Join(dir, filepath.FromSlash(f.path))
			if err := os.MkdirAll(filepath.Dir(there), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := makeOne(there, asFolder); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			if err := initFolder(&bytes.Buffer{}, dir, "x", true); err == nil {
				t.Errorf("%s was overwritten", f.path)
			}
			if after := contents(t, dir); len(after) != len(before) {
				t.Errorf("%s in the way: %d files, before %d", f.path, len(after), len(before))
			}
		}
	}
}

// What cannot be finished is taken back, folders included.
func TestWriteAllTakesBack(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := writeAll(root, []starterFile{{"a/b/one", "1"}, {"a/two", "2"}, {"a/b", "a folder by now"}}); err == nil {
		t.Fatal("a folder was overwritten")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// A link out of the folder is not followed.
func TestInitStaysInItsFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "notifybench")); err != nil {
		t.Fatal(err)
	}
	if err := initFolder(&bytes.Buffer{}, dir, "", false); err == nil {
		t.Error("written through a link")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func makeOne(path string, folder bool) error {
	if folder {
		return os.Mkdir(path, 0o755)
	}
	return os.WriteFile(path, []byte("mine"), 0o644)
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(dir))
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// contents is the text of every file below a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
