package trees

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// errUnknown is returned for what names no commit.
var errUnknown = errors.New("no such commit")

func isUnknown(err error) bool { return errors.Is(err, errUnknown) }

// resolve is the commit that a name means.
func resolve(ctx context.Context, repo, name string) (string, error) {
	out, err := git(ctx, repo, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if exitOf(err) == 1 {
		return "", fmt.Errorf("%w: %s", errUnknown, name)
	}
	return strings.TrimSpace(out), err
}

// MergeBase is the commit where HEAD and ref parted: what HEAD is to be compared with,
// so that what others have done since does not count as ours. The error says what to do
// where there is none.
func MergeBase(ctx context.Context, repo, ref string) (commit string, err error) {
	if ref == "" || strings.HasPrefix(ref, "-") {
		return "", fmt.Errorf("base %q is no name of a commit: write a branch, a tag or a hash, as in origin/main", ref)
	}
	head, err := resolve(ctx, repo, "HEAD")
	if isUnknown(err) {
		return "", fmt.Errorf("%s has no commit yet to compare with: commit first, or give the other tree as a folder", repo)
	}
	if err != nil {
		return "", fmt.Errorf("find the base: %w", err)
	}
	other, err := resolve(ctx, repo, ref)
	if isUnknown(err) {
		return "", unknownRef(ctx, repo, ref)
	}
	if err != nil {
		return "", fmt.Errorf("find base %s: %w", ref, err)
	}
	out, err := git(ctx, repo, "merge-base", "--end-of-options", head, other)
	if exitOf(err) == 1 {
		return "", unrelated(ctx, repo, ref)
	}
	if err != nil {
		return "", fmt.Errorf("find the base that HEAD and %s have in common: %w", ref, err)
	}
	return strings.TrimSpace(out), nil
}

// remote is where a branch is looked for that is not known here: what clone and CI
// call the repository they copy.
const remote = "origin"

// deepen is what mends a clone that has not all commits.
const deepen = "this is a shallow clone: git fetch --unshallow (or --deepen=100); in a workflow, actions/checkout with fetch-depth: 0"

// unknownRef says what may be done about a name that means nothing here.
func unknownRef(ctx context.Context, repo, ref string) error {
	there := remote + "/" + ref
	if _, err := resolve(ctx, repo, there); err == nil {
		return fmt.Errorf("base %q is unknown in %s: write %s", ref, repo, there)
	}
	if isShallow(ctx, repo) {
		return fmt.Errorf("base %q is unknown in %s, which has not all commits: %s", ref, repo, deepen)
	}
	return fmt.Errorf("base %q is unknown in %s: git fetch %s first, or write another branch, tag or hash", ref, repo, remote)
}

// unrelated says why HEAD and a commit have nothing in common.
func unrelated(ctx context.Context, repo, ref string) error {
	if isShallow(ctx, repo) {
		return fmt.Errorf("where HEAD and %q parted is not known in %s: %s", ref, repo, deepen)
	}
	return fmt.Errorf("HEAD and %q have no common ancestor in %s: write a base that HEAD comes from, or give the other tree as a folder", ref, repo)
}

// isShallow says that the history is cut off; when in doubt it is not.
func isShallow(ctx context.Context, repo string) bool {
	out, err := git(ctx, repo, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(out) == "true"
}
