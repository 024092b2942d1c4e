package sample

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// listenAt listens at an address for the length of the test.
func listenAt(t *testing.T, network, address string) *net.TCPListener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skip(err) // a machine without IPv6
	}
	t.Cleanup(func() { l.Close() })
	return l.(*net.TCPListener)
}

func portOf(l net.Listener) uint16 { return l.Addr().(*net.TCPAddr).AddrPort().Port() }

func TestListenerOfThisProcess(t *testing.T) {
	v4, v6 := netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()
	for _, c := range []struct {
		network, address string
		at               netip.Addr
		found            bool
	}{
		{"tcp4", "127.0.0.1:0", v4, true},
		{"tcp4", "127.0.0.1:0", netip.MustParseAddr("::ffff:127.0.0.1"), true},
		{"tcp4", "127.0.0.1:0", v6, false},
		{"tcp4", "0.0.0.0:0", v4, true},
		{"tcp4", "0.0.0.0:0", v6, false},
		{"tcp4", "127.0.0.2:0", v4, false},
		{"tcp6", "[::1]:0", v6, true},
		{"tcp6", "[::1]:0", v4, false},
		{"tcp", "[::]:0", v4, true},
		{"tcp", "[::]:0", v6, true},
	} {
		t.Run(c.address+" "+c.at.String(), func(t *testing.T) {
			l := listenAt(t, c.network, c.address)
			pid, err := Listener(netip.AddrPortFrom(c.at, portOf(l)))
			if c.found && (err != nil || pid != os.Getpid()) || !c.found && !errors.Is(err, ErrNoListener) {
				t.Errorf("process %d, %v", pid, err)
			}
		})
	}
	if Program(os.Getpid()) == "" {
		t.Error("this process runs no program")
	}
}

func TestNobodyListensAtAClosedPort(t *testing.T) {
	l := listenAt(t, "tcp4", "127.0.0.1:0")
	at := l.Addr().(*net.TCPAddr).AddrPort()
	l.Close()
	if pid, err := Listener(at); !errors.Is(err, ErrNoListener) || !strings.Contains(err.Error(), at.String()) {
		t.Errorf("process %d, %v", pid, err)
	}
}

// The socket at the address itself takes the connection, whoever has one for all.
func TestListenerAtTheAddressGoesFirst(t *testing.T) {
	pid, at := playListener(t)
	listenAt(t, "tcp6", fmt.Sprintf("[::]:%d", at.Port()))
	if got, err := Listener(at); err != nil || got != pid {
		t.Errorf("process %d, %v; want %d", got, err, pid)
	}
}

// playListener starts a process that listens, and says where.
func playListener(t *testing.T, files ...*os.File) (pid int, at netip.AddrPort) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.ExtraFiles = append(os.Environ(), roleVariable+"=listener"), files
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid, netip.MustParseAddrPort(strings.TrimSpace(line))
}

// listen plays a process that listens.
func listen() {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(3)
	}
	defer l.Close()
	fmt.Println(l.Addr())
	wait()
}

func TestListenerOfAChild(t *testing.T) {
	pid, at := playListener(t)
	if got, err := Listener(at); err != nil || got != pid {
		t.Errorf("process %d, %v; want %d", got, err, pid)
	}
}

// A socket that a child has inherited is its parent's.
func TestListenerIsTheParentOfThoseWhoShare(t *testing.T) {
	l := listenAt(t, "tcp4", "127.0.0.1:0")
	shared, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	child, _ := playListener(t, shared)
	shared.Close()
	at := l.Addr().(*net.TCPAddr).AddrPort()
	if got, err := Listener(at); err != nil || got != os.Getpid() {
		t.Errorf("process %d, %v; want %d", got, err, os.Getpid())
	}
	l.Close()
	if got, err := Listener(at); err != nil || got != child {
		t.Errorf("after the parent has closed it: process %d, %v; want %d", got, err, child)
	}
}

// The eldest are of the processes given, and from them every other descends.
func TestEldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		above := map[int]int{1: 0} // a parent has a lower number
		for pid := range rapid.IntRange(1, 40).Draw(t, "processes") {
			above[pid+2] = rapid.IntRange(0, pid+1).Draw(t, "parent")
		}
		var pids []int
		for _, pid := range slices.Sorted(maps.Keys(above)) {
			if rapid.Bool().Draw(t, "holds") {
				pids = append(pids, pid)
			}
		}
		parent := func(pid int) int { return above[pid] }
		roots := eldest(pids, parent)
		if len(pids) == 1 && !slices.Equal(roots, pids) {
			t.Fatalf("of %v alone: %v", pids, roots)
		}
		for _, pid := range pids {
			n := 0
			for p := pid; p > 0; p = parent(p) {
				if slices.Contains(roots, p) {
					n++
				}
			}
			if n != 1 && (pid != 1 || len(pids) == 1) {
				t.Fatalf("%d of %v descends from %d of the eldest %v", pid, pids, n, roots)
			}
		}
	})
}

func FuzzReadListening(f *testing.F) {
	f.Add("   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   115        0 61226 1 0 100 0 0 10 0")
	f.Add("   0: 00000000000000000000000001000000:1F90 0:0 0A 0:0 0:0 0 0 0 7 1 0")
	f.Add("0: 0:0 0:0 0A 0 0 0 0 0 7")
	f.Fuzz(func(t *testing.T, line string) {
		local, inode, ok := readListening([]byte(line))
		if ok && (!local.Addr().IsValid() || inode == "" || !strings.Contains(line, " 0A ")) {
			t.Errorf("%q: %v, inode %q", line, local, inode)
		}
	})
}

// BenchmarkListener says what finding a listener costs here.
func BenchmarkListener(b *testing.B) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for b.Loop() {
		if _, err := Listener(l.Addr().(*net.TCPAddr).AddrPort()); err != nil {
			b.Fatal(err)
		}
	}
}
