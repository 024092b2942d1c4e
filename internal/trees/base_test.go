package trees

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// What others did on main since the branch began is not what the branch is compared with.
func TestMergeBaseIsWhereTheyParted(t *testing.T) {
	r := newRepo(t)
	parted := r.commit("b.txt", "second")
	r.git("tag", "v1")
	r.git("checkout", "--quiet", "-b", "topic")
	r.commit("c.txt", "mine")
	r.git("checkout", "--quiet", "main")
	theirs := r.commit("d.txt", "theirs")
	r.git("checkout", "--quiet", "topic")
	for _, ref := range []string{"main", "v1", theirs, theirs[:10], "HEAD~1", "refs/heads/main"} {
		if got, err := MergeBase(t.Context(), r.dir, ref); err != nil || got != parted {
			t.Errorf("%s: %s, %v; want %s", ref, got, err, parted)
		}
	}
	head := r.git("rev-parse", "HEAD")
	for _, ref := range []string{"HEAD", "topic"} {
		if got, err := MergeBase(t.Context(), r.dir, ref); err != nil || got != head {
			t.Errorf("%s: %s, %v; want %s", ref, got, err, head)
		}
	}
}

func TestUnknownBases(t *testing.T) {
	r := newRepo(t)
	first := r.git("rev-parse", "HEAD")
	r.git("branch", "elsewhere")
	r.commit("b.txt", "second")
	r.git("checkout", "--quiet", "--orphan", "island")
	r.commit("c.txt", "third")
	r.git("checkout", "--quiet", "main")
	clone := r.clone()
	shallow := r.clone("--depth=1")
	cut := r.clone("--depth=1", "--no-single-branch")
	for name, c := range map[string]struct {
		repo  repo
		ref   string
		words []string
	}{
		"nonsense":          {r, "nonsense", []string{`"nonsense" is unknown`, "git fetch origin"}},
		"a file":            {r, "HEAD:a.txt", []string{`"HEAD:a.txt" is unknown`}},
		"a range":           {r, "HEAD~1..HEAD", []string{`is unknown`}},
		"an option":         {r, "--all", []string{`"--all" is no name of a commit`, "origin/main"}},
		"nothing":           {r, "", []string{`"" is no name of a commit`}},
		"only at origin":    {clone, "elsewhere", []string{`"elsewhere" is unknown`, "write origin/elsewhere"}},
		"unrelated":         {r, "island", []string{`HEAD and "island" have no common ancestor`}},
		"shallow, unknown":  {shallow, first, []string{first, "shallow clone", "fetch-depth: 0", "git fetch --unshallow"}},
		"shallow, no base":  {cut, "origin/elsewhere", []string{`"origin/elsewhere" parted is not known`, "fetch-depth: 0", "--deepen"}},
		"shallow, a parent": {shallow, "HEAD~1", []string{`"HEAD~1" is unknown`, "fetch-depth: 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := MergeBase(t.Context(), c.repo.dir, c.ref)
			tells(t, err, c.words...)
			if got != "" || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q with %q: one line is due", got, err)
			}
		})
	}
}

func TestMergeBaseEndsWithItsContext(t *testing.T) {
	r := newRepo(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := MergeBase(ctx, r.dir, "main"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Git is told where to look by us alone; what CI says of trust stays.
func TestEnvironmentOfGit(t *testing.T) {
	got := environ([]string{
		"PATH=/bin", "GIT_DIR=/x", "GIT_CONFIG_PARAMETERS='core.bare=true'", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory",
		"GIT_CONFIG_VALUE_0=*", "GIT_CONFIG_GLOBAL=/g", "GIT_TRACE=1", "GIT_ASKPASS=/ask", "LC_ALL=de_DE", "LANGUAGE=de", "LC_ALLES=stays",
	})
	want := []string{
		"PATH=/bin", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*", "GIT_CONFIG_GLOBAL=/g",
		"LC_ALLES=stays", "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never", "GIT_OPTIONAL_LOCKS=0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
