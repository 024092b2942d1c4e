//go:build !linux

package stamp

import "context"

// Supported says whether arrivals can be stamped here.
const Supported = false

// Serve is not supported here.
func Serve(context.Context, func(url string) error) ([]Arrival, error) { return nil, ErrUnsupported }
