//go:build !unix

package store

import (
	"errors"
	"fmt"
	"os"
)

// tryLock is not known here: store sqlite needs it to tell who is gone.
func tryLock(*os.File) (bool, error) {
	return false, fmt.Errorf("locks of files: %w on this system", errors.ErrUnsupported)
}
