//go:build race

package servers_test

// raceFlags build the servers as the tests were built. SQLite, C in the clothes of Go,
// is left out: with it every one of its steps takes thirty times as long.
func raceFlags() []string { return []string{"-race", "-gcflags=modernc.org/...=-race=false"} }
