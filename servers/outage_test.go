package servers_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func outageCases() []testCase {
	return []testCase{
		{name: "database gone in mid-run", run: databaseGoneMidRun},
		{name: "cache gone in mid-run", run: cacheGoneMidRun},
		{name: "database locked", run: databaseLocked},
		{name: "idle clients", run: idleClients},
	}
}

// proxy stands before a server that can be cut off.
type proxy struct {
	net.Listener
	to string

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// newProxy returns a proxy to the host of a URL, and the URL by way of it.
func newProxy(t *testing.T, name string) (*proxy, string) {
	t.Helper()
	env := fromEnvironment(t, name)[0]
	u, err := url.Parse(strings.TrimPrefix(env, name+"="))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: ln, to: u.Host}
	go p.serve()
	t.Cleanup(func() { ln.Close(); p.set(true) })
	u.Host = ln.Addr().String()
	return p, name + "=" + u.String()
}

func (p *proxy) serve() {
	for {
		c, err := p.Accept()
		if err != nil {
			return
		}
		there, err := net.Dial("tcp", p.to)
		if err != nil || !p.keep(c, there) {
			c.Close()
			if err == nil {
				there.Close()
			}
			continue
		}
		pass := func(to, from net.Conn) { io.Copy(to, from); to.Close(); from.Close() }
		go pass(c, there)
		go pass(there, c)
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cut {
		p.conns = append(p.conns, conns...)
	}
	return !p.cut
}

// set cuts all connections and lets none pass from then on, or lets them pass again.
func (p *proxy) set(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// databaseGoneMidRun refuses what needs the database while it is gone, sends what
// does not, and recovers by itself; what it could not store meanwhile it stores then.
func databaseGoneMidRun(t subject) {
	between, address := newProxy(t.T, contract.EnvDatabaseURL)
	p := newProviders(t.T, accept)
	server := t.run(p, address, schemaFor(t.T, anything), contract.EnvStore+"="+contract.StorePostgres)
	server.notify(http.StatusOK, to(1))
	between.set(true)
	if r := server.notify(http.StatusServiceUnavailable, to(2)); r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	sent := server.notify(http.StatusOK, full()) // is sent, though its result cannot be stored now
	between.set(false)
	server.eventually("well again", func() bool {
		r, err := server.do(http.MethodPost, contract.PathNotify, encode(to(3)))
		return err == nil && r.status == http.StatusOK
	})
	server.eventually("with every result stored", func() bool {
		r, err := server.do(http.MethodGet, contract.PathNotifications+sent.answer.ID, "")
		return err == nil && r.status == http.StatusOK && r.body == sent.body
	})
}

// cacheGoneMidRun asks the database where the cache is gone, and counts it.
func cacheGoneMidRun(t subject) {
	between, address := newProxy(t.T, contract.EnvRedisURL)
	server := t.run(newProviders(t.T, accept), address, contract.EnvStore+"="+contract.StoreMemory,
		contract.EnvCache+"="+contract.CacheRedis, schemaFor(t.T, lastingly))
	server.eventually("with a hit", func() bool { // a cache that was slow is left alone for a while
		server.notify(http.StatusOK, to(1))
		return server.metric(`notify_cache_requests_total{result="hit"}`) > 0
	})
	failed := server.metric(`notify_cache_requests_total{result="error"}`)
	between.set(true)
	for range 5 {
		server.notify(http.StatusOK, to(1))
	}
	if n := server.metric(`notify_cache_requests_total{result="error"}`); n <= failed {
		t.Error("a cache that is gone is not counted")
	}
	between.set(false)
	server.eventually("with its cache again", func() bool {
		before := server.metric(`notify_cache_requests_total{result="hit"}`)
		server.notify(http.StatusOK, to(1))
		return server.metric(`notify_cache_requests_total{result="hit"}`) > before
	})
}

// walWriteLock is the byte of SQLite's shared memory file that its one writer locks.
const walWriteLock = 120

// databaseLocked has another process hold SQLite's write lock: nothing is accepted
// that is not written down, and all is well when the lock is gone.
func databaseLocked(t subject) {
	dir := seededFolder(t.T)
	p := newProviders(t.T, accept)
	env := append(durably, contract.EnvStore+"="+contract.StoreSQLite, contract.EnvData+"="+dir,
		contract.EnvDeadline+"=4s") // less than the 5 s that SQLite itself waits for a lock
	server := t.run(p, env...)
	server.outcome(server.notify(http.StatusAccepted, full()).answer.ID)
	file, err := os.OpenFile(filepath.Join(dir, "notifybench.db-shm"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: walWriteLock, Len: 1}
	server.eventually("locked", func() bool { return syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock) == nil })
	if r := server.notify(http.StatusServiceUnavailable, full()); r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	lock.Type = syscall.F_UNLCK
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock); err != nil {
		t.Fatal(err)
	}
	server.eventually("well again", func() bool {
		r, err := server.do(http.MethodPost, contract.PathNotify, encode(full()))
		return err == nil && r.status == http.StatusAccepted
	})
}

// manyFiles is held by the one case that has half of all files the process may open.
var manyFiles sync.Mutex

// idleClients has many connections that say nothing: others are served.
func idleClients(t subject) {
	const clients = 10_000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	n := min(clients, int(limit.Cur)/2)
	manyFiles.Lock()
	defer manyFiles.Unlock()
	server := t.run(newProviders(t.T, accept))
	var idle []net.Conn
	defer func() {
		for _, c := range idle {
			c.Close()
		}
	}()
	for len(idle) < n {
		c, err := net.DialTimeout("tcp", server.addr, patience)
		if err != nil {
			t.Fatalf("client %d: %v", len(idle)+1, err)
		}
		idle = append(idle, c)
	}
	server.notify(http.StatusOK, full())
}
