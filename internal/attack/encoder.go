package attack

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"os"

	"github.com/notifybench/notifybench/internal/record"
)

// encoderBacklog is how many requests may wait for the disk before the
// collector waits too.
const encoderBacklog = 1 << 14

// encoder writes requests to a file on a goroutine of its own, so that a slow
// disk does not slow the attack.
type encoder struct {
	in   chan record.Request
	done chan error
}

func newEncoder(path string) (*encoder, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create the file of requests: %w", err)
	}
	e := &encoder{in: make(chan record.Request, encoderBacklog), done: make(chan error, 1)}
	go e.run(f)
	return e, nil
}

func (e *encoder) run(f *os.File) {
	w := bufio.NewWriterSize(f, 1<<16)
	enc := gob.NewEncoder(w)
	var first error
	for q := range e.in {
		if first == nil {
			first = enc.Encode(&q)
		}
	}
	e.done <- errors.Join(first, w.Flush(), f.Close())
}

func (e *encoder) add(q record.Request) { e.in <- q }

// close writes what is left and reports the first failure.
func (e *encoder) close() error {
	close(e.in)
	return <-e.done
}
