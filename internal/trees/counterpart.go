package trees

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/server"
)

// Counterpart is a server of the candidate as it is in the base: what the same folder of
// the other tree describes, in its own words.
func Counterpart(s server.Server, candidate, base Tree) (server.Server, error) {
	rel, inside, err := within(candidate.Root, s.Dir)
	if err != nil {
		return server.Server{}, err
	}
	if !inside {
		return server.Server{}, fmt.Errorf("server %s lies outside the checkout %s: base %s has no other version of it (%s)",
			s.Name, candidate.Root, base.Name(), s.Dir)
	}
	dir := filepath.Join(base.Root, rel)
	if _, err := os.Stat(filepath.Join(dir, server.File)); errors.Is(err, fs.ErrNotExist) {
		return server.Server{}, fmt.Errorf("base %s has no server %s (%s)", base.Name(), s.Name, filepath.Join(rel, server.File))
	}
	// A link in the base that leads back would have the candidate compared with itself.
	if _, inside, err := within(base.Root, dir); err != nil || !inside {
		return server.Server{}, errors.Join(err, fmt.Errorf("server %s of base %s lies outside its tree (%s is a link)", s.Name, base.Name(), rel))
	}
	found, err := server.Read(dir)
	if err != nil {
		return server.Server{}, fmt.Errorf("server %s of base %s: %w", s.Name, base.Name(), err)
	}
	return found, nil
}

// Lend links into the base's tree what a server of the candidate uses and no commit
// holds: the nearest virtual environment of a program in Python. Both run the same
// packages then; where the base pins others, it says that they are missing.
func (c *Checkout) Lend(s server.Server, candidate Tree) error {
	venv := s.Venv()
	if venv == "" {
		return nil
	}
	rel, inside, err := within(candidate.Root, filepath.Dir(venv))
	if err != nil {
		return err
	}
	if !inside {
		rel = "." // it lies above the checkout
	}
	place := filepath.Join(c.Root, rel)
	if err := os.MkdirAll(place, 0o755); err != nil {
		return fmt.Errorf("lend the virtual environment of %s to base %s: %w", s.Name, c.Name(), err)
	}
	err = os.Symlink(venv, filepath.Join(place, filepath.Base(venv)))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("lend the virtual environment of %s to base %s: %w", s.Name, c.Name(), err)
	}
	return nil
}
