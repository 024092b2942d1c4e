package main

import "net/http"

// trivial is the endpoint that does nothing: what the server itself costs.
func trivial(*micro) handler {
	return func(*http.Request) reply { return done(nil) }
}
