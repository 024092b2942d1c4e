//go:build !linux

package sample

import "net/netip"

// Listener is not supported here.
func Listener(netip.AddrPort) (int, error) { return 0, ErrUnsupported }

// Program is not supported here.
func Program(int) string { return "" }
