package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// replace puts the folder in the place of the one that is there, and prints in what
// they differ. A reader finds the old one or the new one, never something of both.
func (f *folder) replace(w io.Writer, to string) (err error) {
	dir := filepath.Join(to, f.name)
	before, err := filesBelow(dir)
	if err != nil {
		return err
	}
	changes := differences(before, f.files)
	fmt.Fprintf(w, "%s, of %s: %d files\n", dir, f.from, len(f.files))
	for _, c := range changes {
		fmt.Fprintln(w, " ", c)
	}
	if len(changes) == 0 {
		fmt.Fprintln(w, "  as it was")
		return nil
	}
	fresh, old := filepath.Join(to, "."+f.name+".new"), filepath.Join(to, "."+f.name+".old")
	defer func() { err = errors.Join(err, os.RemoveAll(fresh)) }()
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(old), f.write(fresh)); err != nil {
		return err
	}
	if len(before) > 0 {
		if err := os.Rename(dir, old); err != nil {
			return err
		}
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}

func (f *folder) write(dir string) error {
	for name, data := range f.files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// filesBelow are the files of a folder; none where there is no folder.
func filesBelow(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return fs.SkipAll
		}
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err == nil {
			files[filepath.ToSlash(below)], err = os.ReadFile(path)
		}
		return err
	})
	return files, err
}

// differences says of every file that is not as it was what became of it.
func differences(before, after map[string][]byte) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		switch now, kept := after[name]; {
		case !kept:
			list = append(list, "- "+name)
		case !bytes.Equal(before[name], now):
			list = append(list, fmt.Sprintf("~ %s (%d → %d bytes)", name, len(before[name]), len(now)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, was := before[name]; !was {
			list = append(list, "+ "+name)
		}
	}
	return list
}
