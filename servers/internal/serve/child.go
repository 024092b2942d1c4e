package serve

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

// What supervisor and child say to each other, a line each, over two pipes.
const (
	sayListening = "listening"         // child: my port is open
	sayReady     = "ready restarts=%d" // supervisor: all are listening, or the count has changed
	sayStop      = "stop"              // supervisor: drain; a second time: at once
)

// The pipes are the first descriptors after standard error.
const (
	childWriteFD = 3
	childReadFD  = 4
)

// parentLink is a child's side of the pipes.
type parentLink struct {
	in  *os.File
	out *os.File
}

func openParentLink() (*parentLink, error) {
	l := &parentLink{
		in:  os.NewFile(childReadFD, "from supervisor"),
		out: os.NewFile(childWriteFD, "to supervisor"),
	}
	for _, f := range []*os.File{l.in, l.out} {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
			return nil, fmt.Errorf("%s is for the supervisor to set: no pipe to it", envChild)
		}
	}
	return l, nil
}

// serveChild is one of several processes. It takes its orders from the supervisor
// and ignores signals: one sent to the whole group would otherwise reach it twice,
// and twice means "at once".
func serveChild(style Style, place place, cfg notification.Config, link *parentLink, log *slog.Logger) error {
	signal.Ignore(syscall.SIGTERM, os.Interrupt)
	p := &process{style: style, cfg: cfg, log: log, health: newHealth(place.processes)}
	stop := make(chan struct{}, 2)
	go obey(link.in, p.health.ready, stop)
	return p.serve(place, stop, func() { fmt.Fprintln(link.out, sayListening) })
}

// obey follows the supervisor. When its side of the pipe closes it is gone, and
// so is the reason to be here.
func obey(orders io.Reader, ready func(restarts int), stop chan<- struct{}) {
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		restarts := 0
		switch {
		case lines.Text() == sayStop:
			tell(stop)
		case parse(lines.Text(), &restarts):
			ready(restarts)
		}
	}
	tell(stop)
	tell(stop)
}

func parse(line string, restarts *int) bool {
	_, err := fmt.Sscanf(line, sayReady, restarts)
	return err == nil
}

// tell sends without waiting: two orders to stop are as good as more.
func tell(stop chan<- struct{}) {
	select {
	case stop <- struct{}{}:
	default:
	}
}
