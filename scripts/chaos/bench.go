package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/proc"
)

// bench holds what all rows share: a guardian, below which every process of a row
// lives and with which it ends, the binaries, and the services.
type bench struct {
	o        options
	self     string // bin/notifybench
	dir      string // temporary
	guardian *proc.Guardian
	services *services
	styles   []style
}

// style is a server that was built.
type style struct{ name, bin string }

func newBench(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{o: o}
	if b.self, err = filepath.Abs(o.self); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "notifybench-chaos-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if err = b.build(ctx); err != nil {
		return b, err
	}
	if o.needsServices() {
		if b.services, err = startServices(ctx); err != nil {
			return b, err
		}
	}
	if b.guardian, err = proc.StartGuardian(b.self); err != nil {
		return b, err
	}
	return b, nil
}

// close ends whatever still runs and removes what was written.
func (b *bench) close() error {
	var errs []error
	if b.guardian != nil {
		errs = append(errs, b.guardian.Close())
	}
	return errors.Join(append(errs, b.services.stop(), os.RemoveAll(b.dir))...)
}

// build compiles every style: a folder with server.yaml and main.go, each a binary of
// its own.
func (b *bench) build(ctx context.Context) error {
	files, err := filepath.Glob(filepath.Join(b.o.servers, "*", "server.yaml"))
	if err != nil {
		return fmt.Errorf("look for servers: %w", err)
	}
	for _, f := range files {
		folder := filepath.Dir(f)
		name := filepath.Base(folder)
		if _, err := os.Stat(filepath.Join(folder, "main.go")); err != nil || !b.o.wants(name) {
			continue
		}
		s := style{name: name, bin: filepath.Join(b.dir, name)}
		cmd := exec.CommandContext(ctx, "go", "build", "-o", s.bin, ".")
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		b.styles = append(b.styles, s)
	}
	if len(b.styles) == 0 {
		return fmt.Errorf("no server in %s is wanted", b.o.servers)
	}
	return nil
}

// environ is the environment of a server: what programs need to start, its settings,
// the services, what the user adds, each over what was before it; nothing else of ours.
func (b *bench) environ(sets ...map[string]string) []string {
	env := map[string]string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env[name] = v
		}
	}
	for _, set := range sets {
		maps.Copy(env, set)
	}
	pairs := b.o.env
	if b.services != nil {
		pairs = slices.Concat(b.services.env, b.o.env)
	}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	var list []string
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	slices.Sort(list)
	return list
}

// readFirst decodes the first line of what a process prints.
func readFirst(ctx context.Context, f *os.File, v any) error {
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { f.Close() })
	defer stop()
	return json.NewDecoder(f).Decode(v)
}
