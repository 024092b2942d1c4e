//go:build !race

package servers_test

func raceFlags() []string { return nil }
