package servers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// patience is how long anything may take that happens at once on an idle
// machine: no test passes or fails by it on a busy one.
const patience = 30 * time.Second

// programs lists the servers of this folder: name to binary.
var programs map[string]string

// build compiles every folder with Go files and a server.yaml that offers the whole
// service; micro has routes of its own, and a test.
func build(dir string) (map[string]string, error) {
	files, err := filepath.Glob("*/server.yaml")
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, f := range files {
		folder := filepath.Dir(f)
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(filepath.Join(folder, "main.go")); err != nil || !bytes.Contains(text, []byte("service: notification")) {
			continue
		}
		bin := filepath.Join(dir, folder)
		args := append(append([]string{"build"}, raceFlags()...), "-o", bin, "./"+folder)
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", folder, err, out)
		}
		found[folder] = bin
	}
	if len(found) == 0 {
		return nil, errors.New("no server found")
	}
	return found, nil
}

// program is a server that runs.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	addr   string
	log    *buffer
	client *http.Client
	exited chan struct{}
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func (b *buffer) has(text string) bool { return strings.Contains(b.String(), text) }

// launch starts a server without waiting for it.
func launch(t *testing.T, bin, addr string, env []string) *program {
	t.Helper()
	return launchGroup(t, bin, addr, env, false)
}

// launchGroup gives the server a process group of its own, if it is one whose processes
// may outlive their parent.
func launchGroup(t *testing.T, bin, addr string, env []string, group bool) *program {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, addr: addr, log: new(buffer), exited: make(chan struct{})}
	transport := &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	p.client = &http.Client{Timeout: patience, Transport: transport}
	p.cmd = exec.Command(bin)
	p.cmd.Env = append([]string{contract.EnvHost + "=" + host, contract.EnvPort + "=" + port}, env...)
	p.cmd.Stderr = p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: group}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.cmd.Wait(); close(p.exited) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if group {
			syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		}
		p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("log of the server:\n%s", p.log)
		}
	})
	return p
}

// run starts a server and waits until it is ready.
func run(t *testing.T, bin string, env ...string) *program {
	t.Helper()
	p := launch(t, bin, freeAddr(t), env)
	p.ready()
	return p
}

// ready waits until the server is.
func (p *program) ready() {
	p.t.Helper()
	p.eventually("ready", func() bool {
		status, _ := p.health()
		return status == http.StatusOK
	})
}

// Ports that servers are given: below those of outgoing connections, of which a case
// has ten thousand, and never the same one twice in a row.
const (
	firstPort = 15_000
	ports     = 17_000
)

var portsGiven atomic.Uint32

// freeAddr is an address that was free a moment ago.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range ports {
		n := uint32(os.Getpid()) + portsGiven.Add(1) // others may test at the same time
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+n%ports)
		if ln, err := net.Listen("tcp", addr); err == nil {
			ln.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

// eventually waits for a condition; a server that exits meanwhile fails it.
func (p *program) eventually(what string, is func() bool) {
	p.t.Helper()
	for begin := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > patience {
			p.t.Fatalf("not %s after %s", what, patience)
		}
	}
}

// exit waits for the end of the process and returns its code.
func (p *program) exit() int {
	p.t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatal("the server does not end")
		return 0
	}
}

func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// health asks over a connection of its own; status 0 means no answer.
func (p *program) health() (int, contract.Health) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+contract.PathHealth, nil)
	if err != nil {
		return 0, contract.Health{}
	}
	req.Close = true
	res, err := p.client.Do(req)
	if err != nil {
		return 0, contract.Health{}
	}
	defer res.Body.Close()
	var h contract.Health
	if json.NewDecoder(res.Body).Decode(&h) != nil {
		return 0, h
	}
	return res.StatusCode, h
}

// listening says whether the port takes connections.
func (p *program) listening() bool {
	conn, err := net.DialTimeout("tcp", p.addr, time.Second)
	if err == nil {
		conn.Close()
	}
	return err == nil
}
