//go:build !linux

package sample

// ReadMachine is not supported here.
func ReadMachine() (Machine, error) { return Machine{}, ErrUnsupported }

// TimeWait is not supported here.
func TimeWait() (int, error) { return 0, ErrUnsupported }
