package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/strict"
)

const extension = ".yaml"

// Entry is a scenario in a list.
type Entry struct {
	Name  string
	Title string
	File  string
	// Claims is how many claims of the documents it settles.
	Claims int
}

// List is the scenarios of a folder, by name: every file *.yaml in it. Those
// that cannot be read are left out and reported in the error.
func List(dir string) ([]Entry, error) {
	files, err := Files(dir)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	var problems []error
	for _, file := range files {
		s, err := ReadFile(file)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		entries = append(entries, Entry{Name: nameOf(file), Title: s.Title, File: file, Claims: len(s.Claims)})
	}
	return entries, errors.Join(problems...)
}

// Files lists the files of a folder that hold scenarios.
func Files(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+extension))
	if err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	return files, nil
}

// nameOf a file is what Find finds it by.
func nameOf(file string) string { return strings.TrimSuffix(filepath.Base(file), extension) }

// Find is the file of a scenario, given by its name in dir or by a path.
func Find(dir, name string) (string, error) {
	if strings.HasSuffix(name, extension) || strings.ContainsRune(name, filepath.Separator) {
		if _, err := os.Stat(name); err != nil {
			return "", fmt.Errorf("find scenario: %w", err)
		}
		return name, nil
	}
	files, err := Files(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, file := range files {
		names = append(names, nameOf(file))
	}
	if i := slices.Index(names, name); i >= 0 {
		return files[i], nil
	}
	what, instead := strict.Unknown("scenario", name, names)
	if len(names) == 0 {
		instead = "there is no scenario in " + dir
	}
	return "", errors.New(what + ": " + instead)
}
