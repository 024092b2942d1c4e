//go:build !unix

package experiment

import "errors"

func holdMemory(int) ([]byte, error) { return nil, errors.New("not supported on this platform") }

func releaseMemory([]byte) error { return nil }
