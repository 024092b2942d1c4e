package serve

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// child is a process as the supervisor sees it.
type child struct {
	cmd   *exec.Cmd
	to    *os.File
	begun time.Time
}

// startChild starts cmd with a pipe each way. Report is called from another
// goroutine: when the child listens, and once when it has exited.
func startChild(cmd *exec.Cmd, report func(eventKind, error)) (*child, error) {
	from, childWrites, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	childReads, to, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, from.Close(), childWrites.Close())
	}
	cmd.ExtraFiles = []*os.File{childWrites, childReads} // descriptors 3 and 4
	dieWithParent(cmd)
	err = cmd.Start()
	childWrites.Close()
	childReads.Close()
	if err != nil {
		return nil, errors.Join(err, from.Close(), to.Close())
	}
	c := &child{cmd: cmd, to: to, begun: time.Now()}
	go c.watch(from, report)
	return c, nil
}

// watch waits for the end of a child.
func (c *child) watch(from *os.File, report func(eventKind, error)) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		if lines.Text() == sayListening {
			report(childListens, nil)
		}
	}
	err := c.cmd.Wait()
	from.Close()
	report(childExited, err)
}

// say sends a line. A child that cannot be told is about to be reported dead.
func (c *child) say(format string, args ...any) { fmt.Fprintf(c.to, format+"\n", args...) }

func (c *child) pid() int { return c.cmd.Process.Pid }

// lived is called once, when the child has gone: it also closes the pipe to it.
func (c *child) lived() time.Duration {
	c.to.Close()
	return time.Since(c.begun)
}
