//go:build !linux

package sample

import "time"

// ProcessCPU is not supported here.
func ProcessCPU(int) (time.Duration, error) { return 0, ErrUnsupported }

func childrenCPU(int) time.Duration { return 0 }

// Memory is not supported here.
func (t *Tree) Memory() (Memory, error) { return Memory{}, ErrUnsupported }

// Switches is not supported here.
func (t *Tree) Switches() (uint64, error) { return 0, ErrUnsupported }
