package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/build"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// build builds every server once. One that does not build loses its cells, with
// the compiler's words; the others still run.
func (r *runner) build(ctx context.Context) error {
	if err := os.MkdirAll(r.opts.Bin, 0o755); err != nil {
		return fmt.Errorf("create folder of binaries: %w", err)
	}
	built := map[string]error{}
	for i := range r.plan.Rows {
		row, subject := &r.plan.Rows[i], &r.run.Subjects[i]
		if row.Missing != "" {
			continue
		}
		err, seen := built[row.Resolved.Server.Name]
		if !seen {
			r.notify(Event{Kind: Building, Text: row.Resolved.Server.Name})
			err = r.buildOne(ctx, row)
			built[row.Resolved.Server.Name] = err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.fail(subject, err)
			continue
		}
		program := r.argv(row, 0)[0]
		subject.Binary, subject.Own = hashFile(program), program == absolute(r.binary(row))
	}
	return nil
}

func (r *runner) fail(subject *record.Subject, err error) {
	subject.BuildError = err.Error()
	r.warn("%s does not build; its cells are left out:\n%s", subject.Server, err)
	for i := range r.run.Cells {
		if c := &r.run.Cells[i]; c.Subject == subject.ID {
			c.Status, c.Error = record.StatusFailed, "the server does not build"
		}
	}
	for i := range r.run.Searches {
		if s := &r.run.Searches[i]; s.Subject == subject.ID {
			s.Status, s.Error = record.StatusFailed, "the server does not build"
		}
	}
}

func (r *runner) buildOne(ctx context.Context, row *plan.Row) error {
	s := row.Resolved.Server
	if s.Build == nil {
		return nil
	}
	return build.Server(ctx, r.guardian, s, r.binary(row), nil, filepath.Join(r.writer.Dir(), "build-"+s.Name+".log"))
}

// binary is where the build of a row's server puts its program.
func (r *runner) binary(row *plan.Row) string {
	return filepath.Join(r.opts.Bin, row.Resolved.Server.Name)
}

// absolute is a path that does not depend on the working directory.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// argv is the command that runs a row's server on a port.
func (r *runner) argv(row *plan.Row, port int) []string {
	args := row.Resolved.Command(r.binary(row), loopback, port)
	if path, err := exec.LookPath(args[0]); err == nil {
		args[0] = path
	}
	return args
}

// hashFile is the SHA-256 of a file; empty where it cannot be read.
func hashFile(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
