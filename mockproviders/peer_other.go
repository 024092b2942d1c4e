//go:build !unix

package mockproviders

// hungUp is not supported here: a caller that gave up counts as answered.
func hungUp(uintptr) bool { return false }
