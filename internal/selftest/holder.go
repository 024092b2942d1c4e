package selftest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
)

// HolderArg is the hidden sub-command of a holder of memory: its Hold follows as
// JSON.
const HolderArg = "holder"

// sharedFD is where a child finds the memory that is shared.
const sharedFD = 3

// RunHolder says a line when it and its children run, waits for the end of its
// input, takes what it is told to hold, says another line, and stays.
func RunHolder(ctx context.Context, arg string, in io.Reader, out io.Writer) error {
	var h Hold
	if err := json.Unmarshal([]byte(arg), &h); err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	debug.SetGCPercent(-1) // the baseline stays what it is
	shared, err := h.sharedFile()
	if err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	word, err := json.Marshal(held{os.Getpid()})
	if err != nil {
		return err
	}
	word = append(word, '\n')
	if _, err := out.Write(word); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if err := h.take(shared); err != nil {
		return fmt.Errorf("holder: %w", err)
	}
	if _, err := out.Write(word); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// sharedFile is the file of shared memory: a new one, which the children started
// here inherit, or the one inherited.
func (h *Hold) sharedFile() (*os.File, error) {
	if h.Child {
		return os.NewFile(sharedFD, "shared"), nil
	}
	f, err := sharedMemory(int64(h.Shared))
	if err != nil {
		return nil, err
	}
	child := *h
	child.Child = true
	arg, err := json.Marshal(child)
	if err != nil {
		return nil, err
	}
	for range h.Processes - 1 {
		cmd := exec.Command(os.Args[0], append(os.Args[1:len(os.Args)-1:len(os.Args)-1], string(arg))...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stdin, os.Stdout, os.Stderr, []*os.File{f}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// take maps and touches every page, outside Go's heap.
func (h *Hold) take(shared *os.File) error {
	if h.Shared > 0 {
		if err := touchFile(shared, int(h.Shared)); err != nil {
			return fmt.Errorf("map the shared memory: %w", err)
		}
	}
	if h.Private > 0 {
		if err := touchAnonymous(int(h.Private)); err != nil {
			return fmt.Errorf("map private memory: %w", err)
		}
	}
	return nil
}
