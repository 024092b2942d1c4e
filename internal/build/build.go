// Package build makes the binaries of servers from their source, and a Go server's in
// several layouts of its code.
//
// Where the linker puts the functions of a program decides what shares a cache line and
// a page, and may move its speed by several percent while nothing of it has changed
// (Mytkowicz et al., Producing wrong data without doing anything obviously wrong, 2009).
// A gate therefore compares several layouts of base and candidate. Two trees with the
// same source give the same binary in the same layout, byte for byte: see Layout.
package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/server"
)

// Server builds a server in its folder, so that its binary is bin; one that needs no
// building is left alone. env overrules variables of ours. What the command writes goes to the
// file log, and its end into the error. It ends, with all it has started, when ctx does
// or this program.
func Server(ctx context.Context, g *proc.Guardian, s server.Server, bin string, env []string, log string) error {
	args := s.BuildCommand(bin)
	if len(args) == 0 {
		return nil
	}
	program, err := programOf(s)
	if err != nil {
		return err
	}
	out, err := os.Create(log)
	if err != nil {
		return fmt.Errorf("create the log of the build: %w", err)
	}
	defer out.Close()
	p, err := g.Start(proc.Spec{
		Args: append([]string{program}, args[1:]...), Env: overrule(server.Harmless(os.Environ()), env),
		Dir: s.Dir, Stdout: out, Stderr: out,
	})
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		p.Kill()
		return ctx.Err()
	case <-p.Done():
	}
	if e := p.Exit(); e.Code != 0 {
		return fmt.Errorf("%s: %s\n%s", strings.Join(args, " "), e, proc.LogTail(log))
	}
	return nil
}

// programOf is the path of the program that builds a server.
func programOf(s server.Server) (string, error) {
	program, err := exec.LookPath(s.Build[0])
	if err != nil {
		return "", fmt.Errorf("%s is not installed: its build command is %q", s.Build[0], strings.Join(s.Build, " "))
	}
	return program, nil
}

// overrule is an environment with other values of some variables: of two of one name a
// program may see either.
func overrule(env, more []string) []string {
	env = slices.DeleteFunc(env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, name+"=") })
	})
	return append(env, more...)
}
