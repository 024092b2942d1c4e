package metric

import "time"

// pathSlack is how far an answer may come before its providers' planned delays
// are over: the resolution of the clocks and timers between them.
const pathSlack = 100 * time.Microsecond

// checkPath looks only at answers that say that every channel was sent: a partial
// one may have given up a call, a queued one waits for none.
var checkPath = Check{
	ID:      "provider-path",
	Doc:     "answers that say all was sent sooner than the planned delays of their own provider calls allow",
	Invalid: "> 0.1% of them, beyond chance",
	run: func(f *facts) result {
		switch {
		case f.trimmed:
			return unchecked("provider path: " + trimmedWhy)
		case f.pathError != "":
			return unchecked("the provider path is not known: " + f.pathError)
		case !beyond(f.early, f.waited, 0.001):
			return fine()
		}
		return found(Invalid, "the server answers before its providers: %s of %s came sooner than the planned delay allows",
			percent(float64(f.early)/float64(f.waited)), Count(f.waited, "answer"))
	},
}
