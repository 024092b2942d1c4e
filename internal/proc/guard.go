package proc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// socketFD is where the guardian finds its socket.
const socketFD = 3

// lastWait bounds how long the guardian tries to end its descendants.
const lastWait = 10 * time.Second

// guard is the guardian's own side.
type guard struct {
	conn *net.UnixConn
	home []int // the cores it was started with

	children map[int]bool // by pid of what was started here: it has not ended yet
}

// Guard is the guardian: it serves the harness until the socket reads end of
// file or SIGTERM comes, then ends every descendant. It needs the thread it is
// called on for as long as it runs.
func Guard() error {
	runtime.LockOSThread() // the parent-death signal of the children follows this thread
	socket := os.NewFile(socketFD, "harness")
	conn, err := net.FileConn(socket)
	if err != nil {
		return fmt.Errorf("guardian: no socket (it is started by notifybench itself): %w", err)
	}
	socket.Close() // or the children would inherit it; conn is a copy that they do not
	raiseFiles()
	home, err := prepareGuard()
	if err != nil {
		return fmt.Errorf("guardian: %w", err)
	}
	g := &guard{conn: conn.(*net.UnixConn), home: home, children: map[int]bool{}}
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	requests, ended := make(chan startable), make(chan os.Signal, 16)
	signal.Notify(ended, syscall.SIGCHLD, syscall.SIGTERM)
	go g.read(requests)
	for {
		select {
		case req, ok := <-requests:
			if !ok {
				return g.endAll()
			}
			g.send(message{Reply: g.serve(req)})
		case sig := <-ended:
			if sig == syscall.SIGTERM {
				return g.endAll()
			}
			g.reap()
		}
	}
}

// raiseFiles sets the limit of open files to the highest allowed, explicitly:
// Go raises its own by itself but gives children the old one back. Where the
// system does not let it, the children have the limit they would have had.
func raiseFiles() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
}

// startable is a request with the files that came with it.
type startable struct {
	request
	files []int
}

// read turns the socket's bytes into requests; it closes the channel when the
// harness has gone.
func (g *guard) read(out chan<- startable) {
	defer close(out)
	var pending []byte
	var files []int
	buf, rights := make([]byte, 1<<16), make([]byte, syscall.CmsgSpace(3*4))
	for {
		n, rn, _, _, err := g.conn.ReadMsgUnix(buf, rights)
		if err != nil || n == 0 {
			return
		}
		pending = append(pending, buf[:n]...)
		files = append(files, parseFiles(rights[:rn])...)
		for {
			i := bytes.IndexByte(pending, '\n')
			if i < 0 {
				break
			}
			req := startable{files: files}
			if json.Unmarshal(pending[:i], &req.request) != nil {
				return
			}
			pending, files = pending[i+1:], nil
			out <- req
		}
	}
}

func parseFiles(rights []byte) (fds []int) {
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil {
		return nil
	}
	for i := range messages {
		got, err := syscall.ParseUnixRights(&messages[i])
		if err == nil {
			fds = append(fds, got...)
		}
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	return fds
}

func (g *guard) serve(req startable) *reply {
	var out reply
	var err error
	switch req.Op {
	case opStart:
		out.PID, err = g.start(req)
	case opSignal:
		err = g.signal(req.request)
	case opEndAll:
		out.PIDs = g.leftovers()
		err = g.endAll()
	default:
		err = fmt.Errorf("unknown request %q", req.Op)
	}
	if err != nil {
		out.Error = err.Error()
	}
	return &out
}

func (g *guard) start(req startable) (int, error) {
	defer func() {
		for _, fd := range req.files {
			syscall.Close(fd)
		}
	}()
	if len(req.files) != 3 || len(req.Args) == 0 {
		return 0, errors.New("a start needs a program and three files")
	}
	cpus := req.CPUs
	if len(cpus) == 0 {
		cpus = g.home
	}
	// The child inherits the cores of the thread that forks it.
	if err := PinThread(cpus); err != nil {
		return 0, fmt.Errorf("pin to cores %v: %w", cpus, err)
	}
	attr := &syscall.ProcAttr{Dir: req.Dir, Env: req.Env, Sys: childAttr()}
	for _, fd := range req.files {
		attr.Files = append(attr.Files, uintptr(fd))
	}
	pid, err := syscall.ForkExec(req.Args[0], req.Args, attr)
	if err != nil {
		return 0, err
	}
	g.children[pid] = true
	return pid, PinThread(g.home)
}

// signal reaches only processes and groups that were started here.
func (g *guard) signal(req request) error {
	if _, ours := g.children[req.PID]; !ours {
		return fmt.Errorf("process %d was not started here", req.PID)
	}
	if req.Group {
		return syscall.Kill(-req.PID, syscall.Signal(req.Signal))
	}
	if !g.children[req.PID] {
		return syscall.ESRCH
	}
	return syscall.Kill(req.PID, syscall.Signal(req.Signal))
}

// reap waits for whatever has ended and reports it; it says whether there is no
// child left.
func (g *guard) reap() (none bool) {
	for {
		var status syscall.WaitStatus
		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, &usage)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || pid <= 0 {
			return errors.Is(err, syscall.ECHILD)
		}
		if g.children[pid] {
			g.children[pid] = false
		}
		e := exited{PID: pid, Code: status.ExitStatus(), CPU: cpuOf(usage), MaxRSS: maxRSS(usage)}
		if status.Signaled() {
			e.Signal = status.Signal().String()
		}
		g.send(message{Exit: &e})
	}
}

func cpuOf(u syscall.Rusage) time.Duration {
	return time.Duration(syscall.TimevalToNsec(u.Utime) + syscall.TimevalToNsec(u.Stime))
}

func (g *guard) send(m message) {
	line, err := json.Marshal(m)
	if err == nil {
		// A failed write means the harness has gone; the reader will see it too.
		_, _ = g.conn.Write(append(line, '\n'))
	}
}

// settleWait is how long processes that are on their way out may take, on a machine that
// stands still for a while, too.
const settleWait = 5 * time.Second

// leftovers lists the descendants that do not end by themselves.
func (g *guard) leftovers() []int {
	for deadline := time.Now().Add(settleWait); ; time.Sleep(time.Millisecond) {
		g.reap()
		pids := descendants(os.Getpid())
		if len(pids) == 0 || time.Now().After(deadline) {
			return pids
		}
	}
}

// endAll kills every descendant until none is left. Grandchildren become
// children when their parents end, so it goes round until wait says ECHILD.
func (g *guard) endAll() error {
	deadline := time.Now().Add(lastWait)
	for {
		pids := descendants(os.Getpid())
		for pid := range g.children {
			if g.children[pid] {
				_ = syscall.Kill(-pid, syscall.SIGKILL) // gone already is as good
			}
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if g.reap() {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("guardian: processes %v would not end", pids)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
