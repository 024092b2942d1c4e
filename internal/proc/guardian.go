package proc

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// GuardianArg is the hidden sub-command that runs Guard.
const GuardianArg = "guardian"

// Guardian is the harness's side of the guardian process.
type Guardian struct {
	cmd     *exec.Cmd
	conn    *net.UnixConn
	calls   sync.Mutex // one request at a time
	replies chan reply
	gone    chan struct{}

	mu      sync.Mutex
	running map[int]*Process
	early   map[int]Exit          // ended before their start was reported
	orphans map[int]time.Duration // CPU of ended grandchildren, reaped here
}

// StartGuardian starts the guardian: self is the path of this program. It must
// be called before the harness pins itself, since what it starts without a set
// of cores gets the guardian's.
func StartGuardian(self string) (*Guardian, error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, fmt.Errorf("start guardian: %w", err)
	}
	syscall.CloseOnExec(pair[0])
	syscall.CloseOnExec(pair[1]) // handed on under another number
	ours, theirs := os.NewFile(uintptr(pair[0]), "guardian"), os.NewFile(uintptr(pair[1]), "harness")
	defer ours.Close()
	defer theirs.Close()
	cmd := exec.Command(self, GuardianArg)
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is the harness's to handle
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start guardian: %w", err)
	}
	conn, err := net.FileConn(ours)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start guardian: %w", err), cmd.Process.Kill(), cmd.Wait())
	}
	g := &Guardian{
		cmd: cmd, conn: conn.(*net.UnixConn), replies: make(chan reply), gone: make(chan struct{}),
		running: map[int]*Process{}, early: map[int]Exit{}, orphans: map[int]time.Duration{},
	}
	go g.listen()
	return g, nil
}

// PID is the guardian's process id.
func (g *Guardian) PID() int { return g.cmd.Process.Pid }

// Close lets the guardian end everything it started, and waits for it.
func (g *Guardian) Close() error {
	err := g.conn.Close()
	<-g.gone
	return errors.Join(err, g.cmd.Wait())
}

// Start starts a process.
func (g *Guardian) Start(s Spec) (*Process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Args[0], err)
	}
	defer null.Close()
	fds := make([]int, 0, 3)
	for _, f := range []*os.File{s.Stdin, s.Stdout, s.Stderr} {
		if f == nil {
			f = null
		}
		fds = append(fds, int(f.Fd()))
	}
	req := request{Op: opStart, Args: s.Args, Env: s.Env, Dir: s.Dir, CPUs: s.CPUs}
	got, err := g.call(req, fds...)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Args[0], err)
	}
	return g.track(got.PID), nil
}

// EndAll ends every process below the guardian and says how many there were.
func (g *Guardian) EndAll() (int, error) {
	got, err := g.call(request{Op: opEndAll})
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.early) // their pids may come again
	clear(g.orphans)
	return len(got.PIDs), err
}

// OrphanCPU is the CPU used by a process that was not started here itself but
// ended up, orphaned, below the guardian and has ended.
func (g *Guardian) OrphanCPU(pid int) (time.Duration, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	cpu, ok := g.orphans[pid]
	return cpu, ok
}

func (g *Guardian) track(pid int) *Process {
	p := &Process{PID: pid, g: g, done: make(chan struct{})}
	g.mu.Lock()
	defer g.mu.Unlock()
	if exit, ended := g.early[pid]; ended {
		delete(g.early, pid)
		delete(g.orphans, pid)
		p.exit = exit
		close(p.done)
		return p
	}
	g.running[pid] = p
	select {
	case <-g.gone: // listen has closed all it knew; this one came too late
		close(p.done)
	default:
	}
	return p
}

func (g *Guardian) call(req request, fds ...int) (reply, error) {
	line, err := json.Marshal(req)
	if err != nil {
		return reply{}, err
	}
	g.calls.Lock()
	defer g.calls.Unlock()
	var rights []byte
	if len(fds) > 0 {
		rights = syscall.UnixRights(fds...)
	}
	line = append(line, '\n')
	n, _, err := g.conn.WriteMsgUnix(line, rights, nil)
	if err == nil && n < len(line) {
		_, err = g.conn.Write(line[n:])
	}
	if err != nil {
		return reply{}, errors.Join(ErrGuardian, err)
	}
	select {
	case got := <-g.replies:
		if got.Error != "" {
			return got, errors.New(got.Error)
		}
		return got, nil
	case <-g.gone:
		return reply{}, ErrGuardian
	}
}

func (g *Guardian) listen() {
	defer g.release()
	dec := json.NewDecoder(bufio.NewReader(g.conn))
	for {
		var m message
		if dec.Decode(&m) != nil {
			return
		}
		if m.Exit != nil {
			g.exited(*m.Exit)
		}
		if m.Reply != nil {
			g.replies <- *m.Reply
		}
	}
}

func (g *Guardian) exited(e exited) {
	g.mu.Lock()
	defer g.mu.Unlock()
	exit := Exit{Code: e.Code, Signal: e.Signal, CPU: e.CPU, MaxRSS: e.MaxRSS}
	if p, ok := g.running[e.PID]; ok {
		delete(g.running, e.PID)
		p.exit = exit
		close(p.done)
		return
	}
	g.early[e.PID], g.orphans[e.PID] = exit, e.CPU
}

// release ends the wait of everybody when the guardian has gone.
func (g *Guardian) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.gone)
	for pid, p := range g.running {
		p.exit = Exit{Code: -1, Signal: ErrGuardian.Error()}
		close(p.done)
		delete(g.running, pid)
	}
}
