package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
)

const (
	host       = "127.0.0.1"
	firstPort  = 20000            // below those that the system gives to clients: it is
	ports      = 10000            // used again by the second life
	readyLimit = 60 * time.Second // a store of 100,000 users may have to be filled first
	stopLimit  = 40 * time.Second // longer than a drain may take
	poll       = 20 * time.Millisecond
	askLimit   = 2 * time.Second
)

// server is one life of a server.
type server struct {
	proc *proc.Process
	url  string
	log  string
}

func freePort() (string, error) {
	for range 100 {
		port := strconv.Itoa(firstPort + rand.IntN(ports))
		if l, err := net.Listen("tcp", net.JoinHostPort(host, port)); err == nil {
			return port, l.Close()
		}
	}
	return "", fmt.Errorf("no free port between %d and %d", firstPort, firstPort+ports)
}

// startServer starts a server and waits until it is ready.
func (b *bench) startServer(ctx context.Context, s style, port string, env []string, logPath string) (*server, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, fmt.Errorf("create the server's log: %w", err)
	}
	defer log.Close()
	sv := &server{url: "http://" + net.JoinHostPort(host, port), log: logPath}
	env = append(env[:len(env):len(env)], contract.EnvPort+"="+port)
	if sv.proc, err = b.guardian.Start(proc.Spec{Args: []string{s.bin}, Env: env, Dir: b.dir, Stdout: log, Stderr: log}); err != nil {
		return nil, err
	}
	limit := time.After(readyLimit)
	for {
		if status, _, err := ask(ctx, fresh, sv.url+contract.PathHealth); err == nil && status == http.StatusOK {
			return sv, nil
		}
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-sv.proc.Done():
			err = fmt.Errorf("the server ended at once (%s); its log ends:\n%s", sv.proc.Exit(), tail(logPath))
		case <-limit:
			err = fmt.Errorf("the server was not ready within %v; its log ends:\n%s", readyLimit, tail(logPath))
		case <-time.After(poll):
			continue
		}
		sv.proc.Kill()
		return nil, err
	}
}

// stop sends SIGTERM and waits.
func (s *server) stop() (exitCode int, err error) {
	exit, drained := s.proc.Stop(stopLimit)
	if !drained {
		return exit.Code, fmt.Errorf("the server did not end within %v of SIGTERM; its log ends:\n%s", stopLimit, tail(s.log))
	}
	return exit.Code, nil
}

// alive is an error where the server has ended by itself.
func (s *server) alive() error {
	select {
	case <-s.proc.Done():
		return fmt.Errorf("the server has ended (%s); its log ends:\n%s", s.proc.Exit(), tail(s.log))
	default:
		return nil
	}
}

// drained reads the report of its end.
func (s *server) drained() (r drainReport, err error) {
	log, err := os.Open(s.log)
	if err != nil {
		return r, err
	}
	defer log.Close()
	return readDrain(log)
}

// tail is the end of a log.
func tail(path string) string {
	log, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(log), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// connection is which one a question goes over.
type connection bool

const (
	fresh connection = true  // one of its own: of several processes, any may answer
	kept  connection = false // any there is
)

// ask asks once.
func ask(ctx context.Context, over connection, url string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	req.Close = bool(over)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, body, err
}

// sleep waits, or returns the reason not to.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(max(0, d)):
		return nil
	}
}

// errBusy is returned when a queue is not empty in time.
var errBusy = errors.New("the queue did not empty")
