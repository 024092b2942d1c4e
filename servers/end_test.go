package servers_test

import (
	"fmt"
	"strings"
	"syscall"
)

// stop ends the server as an operator does and wants it to drain.
func (p *program) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	if code := p.exit(); code != 0 {
		p.t.Fatalf("exit code %d\n%s", code, p.log)
	}
}

// drained is what the server says became of what it had accepted, summed over its
// processes.
func (p *program) drained() (drained, persisted, dropped int) {
	p.t.Helper()
	found := false
	for _, line := range strings.Split(p.log.String(), "\n") {
		var a, b, c int
		_, rest, is := strings.Cut(line, "msg=drained ")
		if !is {
			continue
		}
		i := strings.Index(rest, "drained=")
		if n, _ := fmt.Sscanf(rest[max(0, i):], "drained=%d persisted=%d dropped=%d", &a, &b, &c); n != 3 {
			p.t.Errorf("cannot read %q", line)
		}
		drained, persisted, dropped, found = drained+a, persisted+b, dropped+c, true
	}
	if !found {
		p.t.Errorf("no drain report in the log:\n%s", p.log)
	}
	return drained, persisted, dropped
}
