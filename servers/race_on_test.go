//go:build race

package servers_test

// raceFlags build the servers as the tests were built. (To leave SQLite out, which is
// C in the clothes of Go and slow under the detector, was tried: generic code that it
// shares with other packages then hides from the detector what is in order there.)
func raceFlags() []string { return []string{"-race"} }
