package metric

import "fmt"

var checkConservation = Check{
	ID: "conservation",
	Doc: "the providers saw as many calls as the answers report, or as many as the channels of those that were " +
		"accepted where these report none; requests without an answer and queued notifications leave room",
	Invalid: "any mismatch",
	run: func(f *facts) result {
		if len(f.run.Scenario.Channels) == 0 {
			return f.callsNone()
		}
		v := callsUnaccounted.of(f)
		if !v.OK {
			return unchecked("calls cannot be accounted for: " + v.Why)
		}
		if v.V == 0 {
			return fine()
		}
		g := &f.cell.Generator
		allowed := Thousands(fmt.Sprint(f.leastCalls()))
		if most := f.mostCalls(); most > f.leastCalls() {
			allowed += " to " + Thousands(fmt.Sprint(most))
		}
		reported := "answers reported " + allowed
		if g.Accepted+g.Unreported+g.Unanswered+g.Queued > 0 {
			reported = "the answers allow " + allowed
		}
		return found(Invalid, "providers saw %s, %s%s", Count(callsSeen(f.cell), "call"), reported, f.neverCalled())
	},
}

// neverCalled names the providers that saw no call while others did.
func (f *facts) neverCalled() string {
	var names []string
	for name, p := range f.providers() {
		if p.Calls == 0 {
			names = append(names, name+" was never called")
		}
	}
	if len(names) == 0 || callsSeen(f.cell) == 0 {
		return ""
	}
	return ": " + list(names)
}

// callsNone: where a request calls no provider, no answer may say that it did.
func (f *facts) callsNone() result {
	if calls := f.cell.Generator.Calls; calls > 0 {
		return found(Invalid, "answers reported %s, and no request calls a provider", Count(calls, "call"))
	}
	return fine()
}
