package store

import (
	"errors"
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store/internal/batch"
)

// unavailable words an error of the database.
func unavailable(what string, err error) error {
	return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
}

// judge words the result of a write. What is neither a refusal of the database to
// take just this nor a known outcome means that it is not available.
func judge(what string, err error) error {
	if err == nil {
		return nil
	}
	if refused(err) || errors.Is(err, ErrNotOwner) {
		return fmt.Errorf("%s: %w", what, err)
	}
	return unavailable(what, err)
}

// inDoubt marks an error after which a write may have been made.
func inDoubt(err error) error { return fmt.Errorf("%w: %w", batch.ErrDoubt, err) }

// notMade is an error for writes that were not even tried because of it.
func notMade(err error) error { return errors.New("not tried: " + err.Error()) }

// inCallingOrder sorts channels as contract.Channels lists them.
func inCallingOrder(channels []string) (sorted []string) {
	for _, channel := range contract.Channels() {
		if slices.Contains(channels, channel) {
			sorted = append(sorted, channel)
		}
	}
	return sorted
}
