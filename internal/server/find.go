package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Find reads every description in the given folders, sorted by name. A folder
// is a server itself or holds servers, one in each sub-folder. What is wrong is
// reported all at once.
func Find(dirs []string) ([]Server, error) {
	var servers []Server
	var problems []error
	for _, dir := range dirs {
		found, err := find(dir)
		servers = append(servers, found...)
		problems = append(problems, err)
	}
	slices.SortStableFunc(servers, func(a, b Server) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(servers); i++ {
		if a, b := servers[i-1], servers[i]; a.Name == b.Name && a.Dir != b.Dir {
			problems = append(problems,
				fmt.Errorf("%s: the name %q is taken by %s: write another", b.Source, b.Name, a.Source))
		}
	}
	servers = slices.CompactFunc(servers, func(a, b Server) bool { return a.Name == b.Name && a.Dir == b.Dir })
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return servers, nil
}

func find(dir string) ([]Server, error) {
	if _, err := os.Stat(filepath.Join(dir, File)); err == nil {
		s, err := Read(dir)
		return []Server{s}, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for servers: %w", err)
	}
	var servers []Server
	var problems []error
	for _, e := range entries {
		s, err := Read(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) || isNotDir(dir, e) {
			continue
		}
		servers = append(servers, s)
		problems = append(problems, err)
	}
	if len(servers) == 0 {
		problems = append(problems, fmt.Errorf("no %s in %s or its sub-folders", File, dir))
	}
	return servers, errors.Join(problems...)
}

// isNotDir says that an entry is no folder; a link to a folder is one.
func isNotDir(dir string, e fs.DirEntry) bool {
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err != nil || !info.IsDir()
}
