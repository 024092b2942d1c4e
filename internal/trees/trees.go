// Package trees finds the two trees of source that a gate compares: the checkout that
// somebody works in, and the commit that it is compared with, checked out by git beside
// it. It also lets only one gate at a time measure on a machine.
//
// The user's checkout is only looked at: what git has to write (the worktree of the
// base, its entry in .git/worktrees) is removed again, at the latest by the next gate.
package trees

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Tree is a folder of source, and the commit that it comes from.
type Tree struct {
	Root   string // absolute
	Commit string // full hash; empty: of no repository, or before its first commit
	Title  string // first line of the commit's message
	Ref    string // what it was asked for by, or the branch it is on; may be empty
	Dirty  bool   // it differs from Commit: files changed, staged or not tracked
}

// shortHash is how much of a hash names a commit in a sentence.
const shortHash = 12

// Name is the commit in short, or the folder where there is none.
func (t Tree) Name() string {
	if t.Commit == "" {
		return t.Root
	}
	return t.Commit[:min(shortHash, len(t.Commit))]
}

// Here is the checkout in which a folder lies. A folder in no repository is a tree by
// itself, without a commit.
func Here(ctx context.Context, dir string) (Tree, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Tree{}, fmt.Errorf("find the checkout: %w", err)
	}
	if info, err := os.Stat(dir); err != nil {
		return Tree{}, fmt.Errorf("find the checkout: %w", err)
	} else if !info.IsDir() {
		return Tree{}, fmt.Errorf("find the checkout: %s is no folder", dir)
	}
	root, err := topLevel(ctx, dir)
	if isNoRepository(err) || errors.Is(err, errNoGit) && !hasGit(dir) {
		return Tree{Root: dir}, nil
	}
	if err != nil {
		return Tree{}, fmt.Errorf("find the checkout of %s: %w", dir, err)
	}
	return look(ctx, root)
}

// topLevel is the root of the checkout in which a folder lies.
func topLevel(ctx context.Context, dir string) (string, error) {
	out, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	return strings.TrimSuffix(out, "\n"), err
}

// hasGit says that a folder lies in a repository, as far as can be told without git.
func hasGit(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// look reads what there is to know of the checkout with a root.
func look(ctx context.Context, root string) (t Tree, err error) {
	t = Tree{Root: root}
	if t.Ref, err = branch(ctx, root); err != nil {
		return Tree{}, fmt.Errorf("find the branch of %s: %w", root, err)
	}
	status, err := git(ctx, root, "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none")
	if err != nil {
		return Tree{}, fmt.Errorf("find what was changed in %s: %w", root, err)
	}
	t.Dirty = status != ""
	t.Commit, err = resolve(ctx, root, "HEAD")
	if isUnknown(err) {
		return t, nil // there is no commit yet
	}
	if err == nil {
		t.Title, err = title(ctx, root, t.Commit)
	}
	if err != nil {
		return Tree{}, fmt.Errorf("find the commit of %s: %w", root, err)
	}
	return t, nil
}

// branch is the one that is checked out; empty: none is.
func branch(ctx context.Context, root string) (string, error) {
	out, err := git(ctx, root, "symbolic-ref", "--short", "--quiet", "HEAD")
	if exitOf(err) == 1 {
		return "", nil
	}
	return strings.TrimSpace(out), err
}

// title is the first line of a commit's message.
func title(ctx context.Context, root, commit string) (string, error) {
	out, err := git(ctx, root, "log", "-1", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%B",
		"--end-of-options", commit)
	first, _, _ := strings.Cut(strings.TrimLeft(out, "\n"), "\n")
	return strings.ToValidUTF8(first, "�"), err
}
