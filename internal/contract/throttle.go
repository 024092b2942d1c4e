package contract

// ThrottleKind is one way in which a provider limits its callers.
type ThrottleKind struct {
	Name    string // its field in Throttle
	Summary string
	Example string // in the notation of a scenario file
}

// Names of the throttles.
const (
	ThrottleFixedWindow = "fixed_window"
	ThrottleConcurrency = "concurrency"
	ThrottleTokenBucket = "token_bucket"
)

// Limits of a throttle.
const (
	MaxThrottleCalls = 1_000_000 // in a window, at once, in a second or saved up
	MinThrottleRate  = 0.001     // calls/s of a token bucket
)

// Throttles lists every throttle.
func Throttles() []ThrottleKind {
	return []ThrottleKind{
		{ThrottleFixedWindow, "so many calls in every window, the first of which begins with the first call",
			"{fixed_window: {limit: 100, window: 1s}}"},
		{ThrottleConcurrency, "so many calls in flight at once", "{concurrency: 50}"},
		{ThrottleTokenBucket, "so many calls each second, and as many at once as are saved up",
			"{token_bucket: {rate: 100, burst: 10}}"},
	}
}
