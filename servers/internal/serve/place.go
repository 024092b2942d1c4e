package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/notifybench/notifybench/internal/contract"
)

const maxProcesses = 256

// place is where a server listens and with how many processes.
type place struct {
	host      string
	port      int
	processes int
}

// placeFromEnv reads it and reports every problem at once.
func placeFromEnv(getenv func(string) string) (place, error) {
	p := place{host: getenv(contract.EnvHost), port: 8080, processes: 1}
	if p.host == "" {
		p.host = "127.0.0.1"
	}
	errs := []error{
		readInt(getenv, contract.EnvPort, &p.port, 0, 65535),
		readInt(getenv, contract.EnvProcesses, &p.processes, 1, maxProcesses),
	}
	if p.port == 0 && p.processes > 1 {
		errs = append(errs, errors.New("PORT: several processes need a port that is not 0"))
	}
	return p, errors.Join(errs...)
}

// readInt sets n where the variable is set.
func readInt(getenv func(string) string, name string, n *int, least, most int) error {
	v := getenv(name)
	if v == "" {
		return nil
	}
	i, err := strconv.Atoi(v)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %q is not a whole number", name, v)
	case i < least || i > most:
		return fmt.Errorf("%s: %d is not between %d and %d", name, i, least, most)
	}
	*n = i
	return nil
}

func (p place) address() string { return net.JoinHostPort(p.host, strconv.Itoa(p.port)) }

// listen opens the port; it is shared only among the processes of one server.
func (p place) listen() (net.Listener, error) {
	var lc net.ListenConfig
	if p.processes > 1 {
		lc.Control = sharePort
	}
	ln, err := lc.Listen(context.Background(), "tcp", p.address())
	if err != nil {
		return nil, listenError(p.address(), err)
	}
	return ln, nil
}

// probe finds out whether the port is free before it is shared: two servers that
// both share would not notice each other.
func (p place) probe() error {
	ln, err := net.Listen("tcp", p.address())
	if err != nil {
		return listenError(p.address(), err)
	}
	return ln.Close()
}

// listenError says it without the words that the net package repeats.
func listenError(address string, err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return fmt.Errorf("listen %s: %w", address, errno)
	}
	return fmt.Errorf("listen %s: %w", address, err)
}
