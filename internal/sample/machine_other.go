//go:build !linux

package sample

import (
	"context"

	"github.com/notifybench/notifybench/internal/record"
)

// ReadMachine is not supported here.
func ReadMachine() (Machine, error) { return Machine{}, ErrUnsupported }

// WatchStalls is not supported here.
func WatchStalls(context.Context) *record.Stalls { return nil }

// ReadNetwork is not supported here.
func ReadNetwork() (Network, error) { return Network{}, ErrUnsupported }

// TimeWaitMost is not supported here.
func TimeWaitMost() (int, error) { return 0, ErrUnsupported }
