package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MakeFolder makes a folder below parent, numbered where there is one of its name, and
// returns its name.
func MakeFolder(parent, name string) (string, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("create results directory: %w", err)
	}
	made := name
	for n := 2; ; n++ {
		err := os.Mkdir(filepath.Join(parent, made), 0o755)
		if err == nil {
			return made, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("create record: %w", err)
		}
		made = fmt.Sprintf("%s-%d", name, n)
	}
}

// LinkLatest points parent/latest at a folder in parent. A file system without symbolic
// links does without.
func LinkLatest(parent, name string) error {
	link := filepath.Join(parent, latestLink)
	if info, err := os.Lstat(link); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	tmp := link + ".tmp"
	if os.Remove(tmp); os.Symlink(name, tmp) != nil {
		return nil
	}
	return os.Rename(tmp, link)
}
