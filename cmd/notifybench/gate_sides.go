package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/gateset"
	"github.com/notifybench/notifybench/internal/trees"
)

// gateSides are the two trees of a gate, and the lock that keeps other gates of this
// machine from measuring meanwhile.
type gateSides struct {
	base, candidate gateSide
	checkout        *trees.Checkout // of the base, where we made it
	unlock          func() error
}

// gateSide is one tree.
type gateSide struct {
	tree trees.Tree
	side gateset.Side
}

// openSides finds both trees and takes the lock. The base is checked out in a folder
// of its own, which close removes.
func (f *gateFlags) openSides(c *cobra.Command) (_ *gateSides, err error) {
	ctx, s := c.Context(), &gateSides{}
	if s.unlock, err = lockGates(c); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	here, err := trees.Here(ctx, ".") // after the wait, which may be one for another commit
	if err != nil {
		return nil, usage(err)
	}
	s.candidate = sideOf(here)
	if f.baseDir != "" {
		return s, s.openDir(ctx, f.baseDir)
	}
	return s, s.openRef(c, here.Root, f.base)
}

// lockGates waits for other gates of this machine to end, and keeps the next one waiting.
func lockGates(c *cobra.Command) (unlock func() error, err error) {
	return trees.Lock(c.Context(), func(who string) {
		fmt.Fprintf(c.ErrOrStderr(), "another gate is under way (%s): two would disturb each other; waiting for it\n", who)
	})
}

func (s *gateSides) openDir(ctx context.Context, dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usage(fmt.Errorf("--base-dir %s: it is no folder", dir))
	}
	tree, err := trees.Here(ctx, dir)
	if err != nil {
		return usage(err)
	}
	root, err := resolved(dir)
	here, also := resolved(s.candidate.tree.Root)
	switch {
	case err != nil || also != nil:
		return usage(cmp.Or(err, also))
	case root == here:
		return usage(fmt.Errorf("--base-dir %s: it is the tree that is to be compared with it", dir))
	case root != tree.Root: // a copy that lies within a checkout of something
		tree = trees.Tree{Root: root}
	}
	s.base = sideOf(tree)
	s.base.side.Dir = dir
	return nil
}

// resolved is the folder itself, whatever leads to it.
func resolved(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

func (s *gateSides) openRef(c *cobra.Command, repo, ref string) (err error) {
	ctx := c.Context()
	commit, err := trees.MergeBase(ctx, repo, ref)
	if err != nil {
		return usage(err)
	}
	if s.checkout, err = trees.CheckOut(ctx, repo, commit); err != nil {
		return usage(err)
	}
	for _, note := range s.checkout.Notes {
		fmt.Fprintln(c.ErrOrStderr(), note)
	}
	s.base = sideOf(s.checkout.Tree)
	s.base.side.Ref = ref
	return nil
}

func sideOf(t trees.Tree) gateSide {
	return gateSide{tree: t, side: gateset.Side{Commit: t.Commit, Title: t.Title, Dirty: t.Dirty}}
}

// alike says that both are one tree, as in the gate's self-test.
func (s *gateSides) alike() bool { return s.base.tree.Root == s.candidate.tree.Root }

// close removes what was checked out and lets the next gate begin.
func (s *gateSides) close() (err error) {
	if s.checkout != nil {
		err = s.checkout.Remove()
	}
	return errors.Join(err, s.unlock())
}
