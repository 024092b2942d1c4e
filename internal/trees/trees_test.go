package trees

import (
	"os"
	"path/filepath"
	"testing"
)

func TestHereIsTheCheckout(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r repo)
		dirty  bool
		ref    string
	}{
		"clean":     {func(repo) {}, false, "main"},
		"changed":   {func(r repo) { r.write("a.txt", "other") }, true, "main"},
		"staged":    {func(r repo) { r.write("a.txt", "other"); r.git("add", "--all") }, true, "main"},
		"untracked": {func(r repo) { r.write("sub/new.txt", "new") }, true, "main"},
		"untracked, but not shown": {func(r repo) {
			r.git("config", "status.showUntrackedFiles", "no")
			r.write("new.txt", "new")
		}, true, "main"},
		"deleted":  {func(r repo) { _ = os.Remove(filepath.Join(r.dir, "a.txt")) }, true, "main"},
		"detached": {func(r repo) { r.git("checkout", "--quiet", "--detach") }, false, ""},
		"ignored": {func(r repo) {
			r.write(".git/info/exclude", "bin\n")
			r.write("bin/server", "built")
		}, false, "main"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepo(t)
			commit := r.git("rev-parse", "HEAD")
			c.change(r)
			if err := os.MkdirAll(filepath.Join(r.dir, "servers", "x"), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, dir := range []string{r.dir, filepath.Join(r.dir, "servers", "x")} {
				got, err := Here(t.Context(), dir)
				want := Tree{Root: r.dir, Commit: commit, Title: "first", Ref: c.ref, Dirty: c.dirty}
				if err != nil || got != want {
					t.Errorf("%+v, %v; want %+v", got, err, want)
				}
			}
		})
	}
}

func TestTitleIsTheFirstLine(t *testing.T) {
	r := newRepo(t)
	r.commit("b.txt", "Title: \"quoted\" ‒ 90% <b>\nsecond line\n\nbody")
	got, err := Here(t.Context(), r.dir)
	if want := "Title: \"quoted\" ‒ 90% <b>"; err != nil || got.Title != want {
		t.Errorf("%q, %v; want %q", got.Title, err, want)
	}
	if len(got.Name()) != shortHash || got.Commit[:shortHash] != got.Name() {
		t.Errorf("%s in short is %s", got.Commit, got.Name())
	}
}

func TestAFolderInNoRepositoryIsATree(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	got, err := Here(t.Context(), dir)
	if want := (Tree{Root: dir}); err != nil || got != want || got.Name() != dir {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestARepositoryWithoutCommits(t *testing.T) {
	alone(t)
	r := repo{t: t, dir: realPath(t, t.TempDir())}
	r.git("init", "--quiet")
	r.write("a.txt", "a")
	got, err := Here(t.Context(), r.dir)
	if err != nil || got.Commit != "" || got.Root != r.dir || !got.Dirty {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = MergeBase(t.Context(), r.dir, "main")
	tells(t, err, r.dir, "no commit yet")
}

func TestHereSaysWhatIsWrong(t *testing.T) {
	r := newRepo(t)
	_, err := Here(t.Context(), filepath.Join(r.dir, "gone"))
	tells(t, err, "gone", "no such file")
	_, err = Here(t.Context(), filepath.Join(r.dir, "a.txt"))
	tells(t, err, "a.txt is no folder")
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, ".git"), []byte("gitdir: /gone\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Here(t.Context(), broken)
	tells(t, err, broken, "not a git repository: /gone")
}

// Without git, only what needs none goes on.
func TestWithoutGit(t *testing.T) {
	r := newRepo(t)
	plain := t.TempDir()
	t.Setenv("PATH", t.TempDir())
	got, err := Here(t.Context(), plain)
	if err != nil || got.Root != plain {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = Here(t.Context(), r.dir)
	tells(t, err, "git is not installed: apt-get install git")
	_, err = MergeBase(t.Context(), r.dir, "main")
	tells(t, err, "git is not installed")
	_, err = CheckOut(t.Context(), r.dir, "main")
	tells(t, err, "git is not installed")
}

// Nobody's checkout changes by being looked at, not even the index, which git status
// would refresh.
func TestLookingChangesNothing(t *testing.T) {
	r := newRepo(t)
	r.write("a.txt", "first\n") // the same as before, but later
	before := contents(t, r.dir)
	if _, err := Here(t.Context(), r.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := MergeBase(t.Context(), r.dir, "main"); err != nil {
		t.Fatal(err)
	}
	after := contents(t, r.dir)
	for path, text := range after {
		if before[path] != text {
			t.Errorf("%s has changed", path)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
}

// contents are all files below a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
