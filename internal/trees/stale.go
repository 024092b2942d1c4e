package trees

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// folderPrefix begins the name of the folder of every checkout; the process follows.
const folderPrefix = "notifybench-gate-"

// folderOf is the pattern for the folder of a process's checkout.
func folderOf(pid int) string { return folderPrefix + strconv.Itoa(pid) + "-*" }

var folder = regexp.MustCompile(`^` + folderPrefix + `([0-9]+)-[0-9]+$`)

// ownerOf is the process that made a checkout; ok is false for any other folder.
func ownerOf(dir string) (pid int, ok bool) {
	m := folder.FindStringSubmatch(filepath.Base(dir))
	if m == nil {
		return 0, false
	}
	pid, err := strconv.Atoi(m[1])
	return pid, err == nil && pid > 0
}

// isAlive says that a process is running, whoever owns it.
func isAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// sweep removes the checkouts that gates of this repository have left when they were
// killed: worktrees of it, of our name, whose process has ended. Nothing else is
// touched, nor the one that the caller stands in. What was done is told in sentences.
func sweep(ctx context.Context, root string) (notes []string, err error) {
	known, err := worktrees(ctx, root)
	if err != nil {
		return nil, fmt.Errorf("look for what gates have left: %w", err)
	}
	for _, dir := range known {
		pid, ours := ownerOf(dir)
		if !ours || dir == root || isAlive(pid) {
			continue
		}
		if err := remove(ctx, root, dir); err != nil {
			notes = append(notes, fmt.Sprintf("what a gate that was killed has left could not be removed: %s: %v", dir, err))
			continue
		}
		notes = append(notes, "what a gate that was killed has left was removed: "+dir)
	}
	return notes, ctx.Err()
}
