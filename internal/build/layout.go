package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/server"
)

// Layouts is in how many layouts of its code a server can be built, at most want. Where
// it is only one although more are wanted, why says the reason.
func Layouts(s server.Server, want int) (n int, why string) {
	switch {
	case want <= 1:
		return 1, ""
	case len(s.Build) == 0:
		return 1, s.Name + " has one code layout: nothing is built"
	case !isGoBuild(s):
		return 1, s.Name + " has one code layout: only the linker of Go is asked for others, and its build command does not begin with \"go build\""
	case hasFlag(s.Build, ldflags):
		return 1, s.Name + " has one code layout: its build command has " + ldflags + " of its own, where GOFLAGS cannot add to them"
	}
	return want, ""
}

// Layout is what the environment of Server must have to build a server in a layout:
// any number from 1 names one, 0 is the linker's own order. It is added to what GOFLAGS
// says here.
//
// The binary then depends on nothing but the source, the flags and the number: neither
// the folder of the tree nor its commit is written into it. So trees with the same
// source cannot differ, and what both share is compiled once. A server that go build
// does not build has nothing to be told; one that has one layout (Layouts) gets that.
func Layout(ctx context.Context, s server.Server, n int) (env []string, err error) {
	if !isGoBuild(s) {
		return nil, nil
	}
	flags, err := goFlags(ctx, s)
	if err != nil {
		return nil, err
	}
	if hasFlag(s.Build, ldflags) {
		n = 0
	}
	if flags, err = withLayout(flags, n); err != nil {
		return nil, err
	}
	return []string{goFlagsEnv + "=" + flags}, nil
}

// isGoBuild says that a command is go's own, which takes flags from GOFLAGS.
func isGoBuild(s server.Server) bool {
	return len(s.Build) > 1 && filepath.Base(s.Build[0]) == "go" && slices.Contains([]string{"build", "install"}, s.Build[1])
}

// goFlags are the flags that the user has set for every go command, in the environment
// or by go env -w.
func goFlags(ctx context.Context, s server.Server) (string, error) {
	program, err := programOf(s)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, program, "env", goFlagsEnv)
	cmd.Dir, cmd.Env = s.Dir, server.Harmless(os.Environ())
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("ask go for %s: %w", goFlagsEnv, err)
	}
	return strings.TrimSpace(string(out)), nil
}
