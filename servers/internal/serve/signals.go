package serve

import (
	"os"
	"os/signal"
	"syscall"
)

// signals turns the first two SIGTERM or SIGINT into a value each: "stop" and
// "stop now". Release gives the signals back.
func signals() (stop <-chan struct{}, release func()) {
	in, out := make(chan os.Signal, 2), make(chan struct{}, 2)
	done := make(chan struct{})
	signal.Notify(in, syscall.SIGTERM, os.Interrupt)
	go func() {
		for {
			select {
			case <-in:
				select {
				case out <- struct{}{}:
				default: // it was told twice; there is nothing stronger
				}
			case <-done:
				return
			}
		}
	}()
	return out, func() { signal.Stop(in); close(done) }
}
