package trees

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// errNoGit is returned where there is no git.
var errNoGit = errors.New("git is not installed: apt-get install git")

// gitError is what git said when it did not do what it was asked for.
type gitError struct {
	command string
	code    int
	said    string
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s: exit %d", e.command, e.code)
	}
	return fmt.Sprintf("git %s: %s", e.command, e.said)
}

// exitOf is the exit code of git; -1 where it is not git that failed.
func exitOf(err error) int {
	var failed *gitError
	if errors.As(err, &failed) {
		return failed.code
	}
	return -1
}

// isNoRepository says that git looked for a repository and there is none. One that is
// there and broken is told in other words.
func isNoRepository(err error) bool {
	var failed *gitError
	return errors.As(err, &failed) && strings.Contains(failed.said, "not a git repository (or any")
}

// endWait is how long git may take to end, once it is told to.
const endWait = 5 * time.Second

// git runs git in a folder and returns what it prints. It has no terminal: nothing can
// be asked there, and Ctrl-C is ours to handle.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return "", errNoGit
	}
	cmd := exec.CommandContext(ctx, program, slices.Concat(settings(), args)...)
	cmd.Dir, cmd.Env = dir, environ(os.Environ())
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = endWait
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return "", &gitError{command: args[0], code: exit.ExitCode(), said: strings.TrimSpace(said.String())}
	case err != nil:
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.String(), nil
}

// settings overrule the user's: none of his hooks runs, no advice is mixed with what is
// read, nothing is left running, and submodules stay where they are.
func settings() []string {
	var args []string
	for _, s := range []string{
		"core.hooksPath=/dev/null", "advice.detachedHead=false", "core.fsmonitor=false", "submodule.recurse=false",
	} {
		args = append(args, "-c", s)
	}
	return args
}

// environ is the environment of git. Of the variables by which somebody may have told
// git where to look (a hook has GIT_DIR and GIT_INDEX_FILE) only those stay that take
// the place of the user's configuration files: CI says there whose folders are trusted.
func environ(env []string) []string {
	env = slices.DeleteFunc(env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasPrefix(name, "GIT_") && !configures(name) || slices.Contains([]string{
			"LC_ALL", "LANGUAGE", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE",
		}, name)
	})
	return append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never",
		"GIT_OPTIONAL_LOCKS=0")
}

// configures says of a variable that it only configures git. GIT_CONFIG_PARAMETERS is
// what the -c of another git, in whose hook or alias we run, hands on.
func configures(name string) bool {
	return name == "GIT_EXEC_PATH" || strings.HasPrefix(name, "GIT_CONFIG_") && name != "GIT_CONFIG_PARAMETERS"
}
