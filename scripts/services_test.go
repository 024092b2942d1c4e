package scripts_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// checkout is a folder with nothing but the script, and a place for temporary files.
type checkout struct {
	t        *testing.T
	dir, tmp string
}

func newCheckout(t *testing.T) *checkout {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("not installed: apt-get install redis-server")
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) == 0 { // the pattern is well formed
		if _, err := exec.LookPath("initdb"); err != nil {
			t.Skip("not installed: apt-get install postgresql")
		}
	}
	script, err := os.ReadFile("services.sh")
	if err != nil {
		t.Fatal(err)
	}
	c := &checkout{t: t, dir: t.TempDir(), tmp: openDir(t)}
	if err := os.Mkdir(filepath.Join(c.dir, "scripts"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "scripts", "services.sh"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := c.services("stop"); err != nil {
			t.Error(err)
		}
	})
	return c
}

// openDir is a temporary folder that the user may enter whom PostgreSQL runs as:
// t.TempDir is for ours alone.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "services-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// services runs the script; pairs of a variable and its value may be given.
func (c *checkout) services(what string, env ...string) (stdout string, err error) {
	cmd := exec.Command(filepath.Join(c.dir, "scripts", "services.sh"), what)
	cmd.Env = append(append(os.Environ(), "TMPDIR="+c.tmp), env...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("%s: %w\n%s", what, err, log.String())
	}
	return out.String(), err
}

func (c *checkout) must(what string) string {
	c.t.Helper()
	out, err := c.services(what)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// urls reads the two lines of start.
func (c *checkout) urls(out string) (database, redis *url.URL) {
	c.t.Helper()
	lines := strings.Split(out, "\n")
	if len(lines) != 3 || lines[2] != "" {
		c.t.Fatalf("not two lines: %q", out)
	}
	var all [2]*url.URL
	for i, name := range []string{"DATABASE_URL=postgres://", "REDIS_URL=redis://"} {
		if !strings.HasPrefix(lines[i], name) {
			c.t.Fatalf("line %d is %q", i+1, lines[i])
		}
		_, text, _ := strings.Cut(lines[i], "=")
		u, err := url.Parse(text)
		if err != nil {
			c.t.Fatal(err)
		}
		all[i] = u
	}
	return all[0], all[1]
}

// redis sends commands and returns the lines of the answers.
func redis(u *url.URL, commands ...string) (answers []string, err error) {
	conn, err := net.DialTimeout("tcp", u.Host, 10*time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for _, command := range commands {
		if _, err := io.WriteString(conn, command+"\r\n"); err != nil {
			return answers, err
		}
		line, err := in.ReadString('\n')
		if err == nil && line[0] == '$' { // a text follows its length
			line, err = in.ReadString('\n')
		}
		if err != nil {
			return answers, err
		}
		answers = append(answers, strings.TrimSpace(line))
	}
	return answers, nil
}

// sasl is the kind of authentication that PostgreSQL asks for: scram.
const sasl = 10

// authentication is what PostgreSQL asks a client for that names its user.
func authentication(u *url.URL) (kind uint32, err error) {
	conn, err := net.DialTimeout("tcp", u.Host, 10*time.Second)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	var hello []byte
	hello = binary.BigEndian.AppendUint32(hello, 3<<16) // protocol 3.0
	hello = fmt.Appendf(hello, "user\x00%s\x00\x00", u.User.Username())
	message := binary.BigEndian.AppendUint32(nil, uint32(len(hello)+4))
	if _, err := conn.Write(append(message, hello...)); err != nil {
		return 0, err
	}
	var head [9]byte // 'R', length, kind
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return 0, err
	}
	if head[0] != 'R' {
		return 0, fmt.Errorf("answer %q", head)
	}
	return binary.BigEndian.Uint32(head[5:]), nil
}

// TestServices is the whole life: twice started, restarted, crashed, twice stopped.
func TestServices(t *testing.T) {
	c := newCheckout(t)
	first := c.must("start")
	if again := c.must("start"); again != first {
		t.Errorf("the second start prints %q, not %q", again, first)
	}
	database, cache := c.urls(first)
	for _, u := range []*url.URL{database, cache} {
		if pw, _ := u.User.Password(); len(pw) < 32 || u.Hostname() != "127.0.0.1" {
			t.Errorf("%s at %s has a password of %d letters", u.Scheme, u.Hostname(), len(pw))
		}
	}
	pw, _ := cache.User.Password()
	if got, err := redis(cache, "PING", "AUTH "+pw, "SET kept 1"); err != nil ||
		!strings.HasPrefix(got[0], "-NOAUTH") || got[2] != "+OK" {
		t.Errorf("redis answers %q, %v", got, err)
	}
	for _, what := range []string{"restart-postgres", "kill-postgres", "restart-redis"} {
		if out := c.must(what); out != "" {
			t.Errorf("%s prints %q", what, out)
		}
	}
	if got, err := redis(cache, "AUTH "+pw, "GET kept"); err != nil || got[1] != "1" {
		t.Errorf("after a restart redis answers %q, %v", got, err)
	}
	if kind, err := authentication(database); err != nil || kind != sasl {
		t.Errorf("postgres asks for authentication %d, %v", kind, err)
	}
	status := c.must("status")
	c.must("stop")
	c.nothingLeft(database, cache)
	if out, err := c.services("status"); err == nil || out == status {
		t.Errorf("status of what was stopped: %q, %v", out, err)
	}
	c.must("stop")
	if _, err := c.services("restart-redis"); err == nil {
		t.Error("what does not run was restarted")
	}
}

// nothingLeft holds that neither a file nor a listener has stayed.
func (c *checkout) nothingLeft(urls ...*url.URL) {
	c.t.Helper()
	for dir, want := range map[string]int{c.dir: 1, c.tmp: 0} { // the script itself
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != want {
			c.t.Errorf("%s holds %v, %v", dir, entries, err)
		}
	}
	for _, u := range urls {
		if conn, err := net.Dial("tcp", u.Host); err == nil {
			conn.Close()
			c.t.Errorf("%s still listens", u.Scheme)
		}
	}
}

// TestServicesHalfStarted: where Redis does not start, PostgreSQL does not stay.
func TestServicesHalfStarted(t *testing.T) {
	c := newCheckout(t)
	bin := openDir(t)
	broken := filepath.Join(bin, "redis-server")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho broken >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := c.services("start", "PATH="+bin+":"+os.Getenv("PATH"))
	if err == nil || out != "" {
		t.Errorf("it started: %q", out)
	}
	c.nothingLeft()
}
