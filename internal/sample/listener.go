package sample

import "errors"

// ErrNoListener is returned where nobody listens at an address.
var ErrNoListener = errors.New("nobody listens")
