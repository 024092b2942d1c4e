package trees

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/server"
)

const describes = "name: NAME\nsummary: s\nlanguage: go\nbuild: go build -o {bin} .\nrun: \"{bin}\"\nfanout: concurrent\n"

// describe writes the description of a server into a folder of a tree.
func describe(t *testing.T, root, dir, name string) server.Server {
	t.Helper()
	r := repo{t: t, dir: root}
	r.write(filepath.Join(dir, server.File), strings.Replace(describes, "NAME", name, 1))
	s, err := server.Read(filepath.Join(root, dir))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pair are two trees, the base with a commit.
func pair(t *testing.T) (candidate, base Tree) {
	t.Helper()
	return Tree{Root: t.TempDir()}, Tree{Root: t.TempDir(), Commit: "0123456789abcdef"}
}

func TestCounterpartIsTheSameFolder(t *testing.T) {
	candidate, base := pair(t)
	for _, dir := range []string{".", "servers/x", "deep/er/y"} {
		s := describe(t, candidate.Root, dir, "mine")
		describe(t, base.Root, dir, "its-own-name")
		got, err := Counterpart(s, candidate, base)
		if err != nil || got.Name != "its-own-name" || got.Dir != filepath.Join(base.Root, dir) {
			t.Errorf("%s: %s in %s, %v", dir, got.Name, got.Dir, err)
		}
	}
}

func TestCounterpartThroughALink(t *testing.T) {
	candidate, base := pair(t)
	describe(t, candidate.Root, "x", "x")
	describe(t, base.Root, "x", "x")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(candidate.Root, link); err != nil {
		t.Fatal(err)
	}
	s, err := server.Read(filepath.Join(link, "x"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Counterpart(s, candidate, base)
	if err != nil || got.Dir != filepath.Join(base.Root, "x") {
		t.Errorf("%s, %v", got.Dir, err)
	}
}

func TestNoCounterpart(t *testing.T) {
	candidate, base := pair(t)
	s := describe(t, candidate.Root, "servers/x", "x")
	_, err := Counterpart(s, candidate, base)
	tells(t, err, "base 0123456789ab has no server x (servers/x/server.yaml)")

	repo{t: t, dir: base.Root}.write("servers/x/server.yaml", "name: x\nnonsense: 1\n")
	_, err = Counterpart(s, candidate, base)
	tells(t, err, "server x of base 0123456789ab", "servers/x/server.yaml:2:1", "nonsense")

	elsewhere := describe(t, t.TempDir(), "y", "y")
	_, err = Counterpart(elsewhere, candidate, base)
	tells(t, err, "server y lies outside the checkout "+candidate.Root, "0123456789ab")

	back := describe(t, candidate.Root, "servers/z", "z")
	if err := os.Symlink(back.Dir, filepath.Join(base.Root, "servers", "z")); err != nil {
		t.Fatal(err)
	}
	_, err = Counterpart(back, candidate, base)
	tells(t, err, "server z of base 0123456789ab lies outside its tree", "servers/z")
}

// A program in Python finds in the base the packages that it has in the checkout, which
// lose nothing by that.
func TestLend(t *testing.T) {
	for name, at := range map[string]string{"in the checkout": ".", "beside the server": "servers/x", "above the checkout": ".."} {
		t.Run(name, func(t *testing.T) {
			r := newRepo(t)
			r.dir = filepath.Join(r.dir, "project")
			r.write("servers/x/server.yaml", "name: x\nsummary: s\nlanguage: python\nrun: \"{python} run.py\"\nfanout: concurrent\n")
			r.git("init", "--quiet")
			r.commit("a.txt", "first")
			r.write(filepath.Join(at, ".venv/bin/python"), "python")
			s, err := server.Read(filepath.Join(r.dir, "servers/x"))
			if err != nil {
				t.Fatal(err)
			}
			c := checkOut(t, r, "HEAD")
			here := Tree{Root: r.dir}
			base, err := Counterpart(s, here, c.Tree)
			if err != nil || base.Venv() != "" {
				t.Fatalf("%q, %v", base.Venv(), err)
			}
			for range 2 { // two servers may need it
				if err := c.Lend(s, here); err != nil {
					t.Fatal(err)
				}
			}
			if got := base.Venv(); realPath(t, got) != s.Venv() || !strings.HasPrefix(got, c.Root) {
				t.Errorf("%s, want %s", got, s.Venv())
			}
			if err := c.Remove(); err != nil || !exists(filepath.Join(s.Venv(), "bin", "python")) {
				t.Errorf("it was lent, and is gone: %v", err)
			}
		})
	}
}

func TestNothingIsLentToOtherPrograms(t *testing.T) {
	r := newRepo(t)
	s := describe(t, r.dir, "servers/x", "x")
	r.commit("a.txt", "second")
	r.write(".venv/bin/python", "python")
	c := checkOut(t, r, "HEAD")
	if err := c.Lend(s, Tree{Root: r.dir}); err != nil || exists(filepath.Join(c.Root, ".venv")) {
		t.Errorf("lent: %v", err)
	}
}
