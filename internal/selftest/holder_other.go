//go:build !linux

package selftest

import (
	"os"

	"github.com/notifybench/notifybench/internal/sample"
)

func sharedMemory(int64) (*os.File, error) { return nil, sample.ErrUnsupported }

func touchFile(*os.File, int) error { return sample.ErrUnsupported }

func touchAnonymous(int) error { return sample.ErrUnsupported }
