package trees

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Checkout is a commit in a folder of its own, until Remove.
type Checkout struct {
	Tree
	// Notes are sentences on what is not as in the commit, and on what was tidied up.
	Notes []string

	repo string // root of the checkout whose repository it belongs to
	mu   sync.Mutex
	gone bool
}

// CheckOut checks a commit out into a fresh folder among the temporary files: a git
// worktree without a branch. It never lies inside the checkout, where a build would find
// it. Submodules are left out, and Notes say so. What gates that were killed have left
// is removed first.
func CheckOut(ctx context.Context, repo, commit string) (*Checkout, error) {
	root, err := topLevel(ctx, repo)
	if err != nil {
		return nil, fmt.Errorf("check out %s: %w", commit, err)
	}
	hash, err := resolve(ctx, root, commit)
	if err != nil {
		return nil, fmt.Errorf("check out %s: %w", commit, err)
	}
	temp, err := tempOutside(root)
	if err != nil {
		return nil, err
	}
	notes, err := sweep(ctx, root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(temp, folderOf(os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("make a folder for %s (TMPDIR says where): %w", hash, err)
	}
	c := &Checkout{Tree: Tree{Root: dir, Commit: hash}, Notes: notes, repo: root}
	if err := c.fill(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("check out %s: %w", hash, err), c.Remove())
	}
	return c, nil
}

func (c *Checkout) fill(ctx context.Context) (err error) {
	if c.Title, err = title(ctx, c.repo, c.Commit); err != nil {
		return err
	}
	left, err := submodules(ctx, c.repo, c.Commit)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("the submodules of %s are left out of its checkout: %s", c.Name(), strings.Join(left, ", ")))
	}
	_, err = git(ctx, c.repo, "worktree", "add", "--detach", "--quiet", "--end-of-options", c.Root, c.Commit)
	return err
}

// tempOutside is the folder of temporary files, which must not lie inside the checkout.
func tempOutside(root string) (string, error) {
	temp, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return "", fmt.Errorf("find the folder of temporary files (TMPDIR says where): %w", err)
	}
	if temp, err = filepath.Abs(temp); err != nil {
		return "", fmt.Errorf("find the folder of temporary files: %w", err)
	}
	_, inside, err := within(root, temp)
	if err != nil {
		return "", err
	}
	if inside {
		return "", fmt.Errorf("the folder of temporary files, %s, lies inside the checkout %s: set TMPDIR to one outside", temp, root)
	}
	return temp, nil
}

// within is the path of a folder as seen from another in which it lies, links resolved.
func within(root, dir string) (rel string, inside bool, err error) {
	if root, err = filepath.EvalSymlinks(root); err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		rel, err = filepath.Rel(root, dir)
	}
	if err != nil {
		return "", false, fmt.Errorf("compare folders: %w", err)
	}
	return rel, filepath.IsLocal(rel), nil
}

// gitLink is the mode of a submodule in a tree of git.
const gitLink = "160000 "

// submodules are the paths of the submodules of a commit.
func submodules(ctx context.Context, repo, commit string) ([]string, error) {
	out, err := git(ctx, repo, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit)
	var paths []string
	for entry := range strings.SplitSeq(out, "\x00") {
		if _, path, _ := strings.Cut(entry, "\t"); strings.HasPrefix(entry, gitLink) {
			paths = append(paths, path)
		}
	}
	return paths, err
}

// removeLimit is how long git may take to remove a checkout.
const removeLimit = time.Minute

// Remove removes the folder and what git knows of it. It may be called again, and when
// everything else has been stopped.
func (c *Checkout) Remove() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), removeLimit)
	defer cancel()
	if err := remove(ctx, c.repo, c.Root); err != nil {
		return fmt.Errorf("remove the checkout of %s: %w", c.Name(), err)
	}
	c.gone = true
	return nil
}

// remove removes a worktree, also one of which a part is missing. It does not prune:
// that would take the entries of the user's own worktrees on a disk that is not there.
func remove(ctx context.Context, repo, dir string) error {
	// Twice --force: also while git has it locked, as one killed in the middle does.
	whole := func() error {
		_, err := git(ctx, repo, "worktree", "remove", "--force", "--force", "--end-of-options", dir)
		return err
	}
	if whole() == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if _, err := os.Stat(repo); errors.Is(err, fs.ErrNotExist) {
		return nil // and with it the entry
	}
	known, err := worktrees(ctx, repo)
	if err != nil || !slices.Contains(known, dir) {
		return err
	}
	return whole()
}

// worktrees are the folders that the repository has checked out, itself first.
func worktrees(ctx context.Context, repo string) ([]string, error) {
	out, err := git(ctx, repo, "worktree", "list", "--porcelain")
	var dirs []string
	for line := range strings.Lines(out) {
		if dir, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "worktree "); is {
			dirs = append(dirs, dir)
		}
	}
	return dirs, err
}
