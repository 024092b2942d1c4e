package store

import "errors"

// commitTogether makes writes in one transaction. If the database refuses one of
// them, each has a transaction of its own, so that none fails for another's sake.
// Transaction makes all of its writes or, with an error, none; its results are
// outcomes, such as ErrNotOwner, of writes that are made.
func commitTogether[W any](writes []W, transaction func([]W) ([]error, error)) []error {
	results, err := transaction(writes)
	if err == nil {
		return results
	}
	if refused(err) && len(writes) > 1 {
		return oneByOne(writes, transaction)
	}
	results = make([]error, len(writes))
	for i := range results {
		results[i] = err
	}
	return results
}

// oneByOne makes each write by itself. Once the database gives out, the rest shares
// its answer rather than waiting for it again.
func oneByOne[W any](writes []W, transaction func([]W) ([]error, error)) []error {
	results := make([]error, len(writes))
	var gaveOut error
	for i := range writes {
		if gaveOut != nil {
			results[i] = gaveOut
			continue
		}
		one, err := transaction(writes[i : i+1])
		switch {
		case err == nil:
			results[i] = one[0]
		case refused(err):
			results[i] = err
		default:
			results[i], gaveOut = err, notMade(err)
		}
	}
	return results
}

// refusal is a write that the database will not take, however often it is tried.
type refusal struct{ err error }

func (r *refusal) Error() string { return "the database refuses it: " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refused(err error) bool {
	_, is := errors.AsType[*refusal](err)
	return is
}
