package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// client makes calls. It keeps at most Config.MaxConns connections to a provider;
// a call that finds none free waits for one within its deadline. It never sends a
// call a second time and never follows a redirect.
type client interface {
	// post sends body to the provider of a channel, reads the reply to its end, and
	// puts what it means into a. A failure is a *callError.
	post(channel int, body []byte, deadline time.Time, a *answer) error
	// close gives up idle connections. No post may be running.
	close()
}

// callError is a call without an answer.
type callError struct {
	err     error
	timeout bool
	written bool // the provider may have got it
}

func (e *callError) Error() string { return e.err.Error() }

func (e *callError) Unwrap() error { return e.err }

const (
	maxReply    = 64 << 10        // bytes of a provider's reply that are read
	idleTimeout = 5 * time.Minute // of a connection, longer than any pause of a run
	userAgent   = "notifybench"
	contentJSON = "application/json"
)

// newClient builds a client for these targets.
type newClient func(cfg *Config, to *targets) client

// clientKind is one implementation.
type clientKind struct {
	name string
	new  newClient
}

// clientKinds lists them all.
func clientKinds() []clientKind {
	return []clientKind{
		{contract.ClientNetHTTP, newNetHTTPClient},
		{contract.ClientFastHTTP, newFastHTTPClient},
	}
}

func findClient(name string) (newClient, error) {
	var valid []string
	for _, k := range clientKinds() {
		if k.name == name {
			return k.new, nil
		}
		valid = append(valid, k.name)
	}
	return nil, fmt.Errorf("unknown provider client %q (valid: %s)", name, strings.Join(valid, ", "))
}
