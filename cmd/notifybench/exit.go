package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/run"
)

// The exit codes, documented in README.md.
const (
	exitOK           = 0
	exitDiffers      = 1   // a regression, or a verdict on a claim that differs from what the scenario expects
	exitUsage        = 2   // usage or configuration
	exitInconclusive = 3   // a gate that could not tell
	exitInvalid      = 4   // invalid measurement or environment
	exitInterrupted  = 130 // Ctrl-C or SIGTERM
)

// codedError is an error that knows its exit code.
type codedError struct {
	code int
	err  error
}

func (e codedError) Error() string { return e.err.Error() }
func (e codedError) Unwrap() error { return e.err }

// usage marks an error as one of usage or configuration.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return codedError{exitUsage, err}
}

// exitCode prints an error, the one time it is printed, and returns the code of
// the process.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	code := exitInvalid
	var coded codedError
	var files *plan.FilesError
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "notifybench: interrupted")
		return exitInterrupted
	case errors.As(err, &coded):
		code = coded.code
	case errors.As(err, &files), errors.Is(err, run.ErrNothingMeasured):
		code = exitInvalid
	}
	fmt.Fprintln(stderr, "notifybench:", err)
	return code
}
