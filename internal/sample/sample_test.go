//go:build linux

package sample

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/record"
)

// The test binary plays the process that is measured, by role.
const roleVariable = "SAMPLE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "burner":
		burn(300 * time.Millisecond)
		report()
	case "parent": // of a burner that ends midway
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), roleVariable+"=burner")
		if err := child.Run(); err != nil {
			os.Exit(3)
		}
		burn(100 * time.Millisecond)
		report()
	case "idler":
		report()
	case "listener":
		listen()
	case "holder":
		// Outside the Go heap, which the race detector shadows several times over.
		held, err := syscall.Mmap(-1, 0, held, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			os.Exit(3)
		}
		for i := range held {
			held[i] = byte(i)
		}
		report()
	default:
		goleak.VerifyTestMain(m)
	}
}

// held is what a holder holds.
const held = 64 << 20

// burn uses CPU time as the process itself counts it.
func burn(d time.Duration) {
	for block := [32]byte{}; used(syscall.RUSAGE_SELF) < d; {
		for range 1000 {
			block = sha256.Sum256(block[:])
		}
	}
}

func used(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		panic(err)
	}
	return time.Duration(syscall.TimevalToNsec(u.Utime) + syscall.TimevalToNsec(u.Stime))
}

// report prints the CPU used, own and of children, and again for every line of input.
func report() {
	for lines := bufio.NewScanner(os.Stdin); ; {
		fmt.Println((used(syscall.RUSAGE_SELF) + used(syscall.RUSAGE_CHILDREN)).Nanoseconds())
		if !lines.Scan() {
			return
		}
	}
}

func wait() { _, _ = io.Copy(io.Discard, os.Stdin) }

// played is a process that plays a role.
type played struct {
	pid  int
	in   io.Writer
	said *bufio.Reader
}

// play starts a role and returns its pid and the CPU it says it has used.
func play(t *testing.T, role string) (pid int, cpu time.Duration) {
	t.Helper()
	p := cast(t, role)
	return p.pid, p.says(t)
}

// cast starts a role.
func cast(t *testing.T, role string) *played {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &played{cmd.Process.Pid, in, bufio.NewReader(out)}
}

// says is the CPU that the process says next it has used.
func (p *played) says(t *testing.T) time.Duration {
	t.Helper()
	line, err := p.said.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	ns, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(ns)
}

func noOrphans(int) (time.Duration, bool) { return 0, false }

// The meter agrees with what the processes say of themselves before and after: what
// they use in between is theirs. A child that has ended is counted, in whole ticks.
func TestCPU(t *testing.T) {
	const tick = time.Second / userHz
	for role, slack := range map[string]time.Duration{"burner": tick, "parent": 2 * tick} {
		t.Run(role, func(t *testing.T) {
			p := cast(t, role)
			before := p.says(t)
			got, err := NewTree(p.pid, noOrphans).CPU()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(p.in, "again\n"); err != nil {
				t.Fatal(err)
			}
			if after := p.says(t); got < before-slack || got > after+slack {
				t.Errorf("measured %v, the process says %v before and %v after", got, before, after)
			}
		})
	}
}

func TestSwitches(t *testing.T) {
	pid, _ := play(t, "burner")
	n, err := NewTree(pid, noOrphans).Switches()
	if err != nil || n == 0 {
		t.Errorf("%d context switches: %v", n, err)
	}
}

func TestGoneIsAnErrorNotAZero(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	tree := NewTree(cmd.Process.Pid, noOrphans)
	if cpu, err := tree.CPU(); err == nil {
		t.Errorf("CPU of a process that has gone: %v", cpu)
	}
	if m, err := tree.Memory(); err == nil {
		t.Errorf("memory of a process that has gone: %+v", m)
	}
}

func TestOrphansAreCounted(t *testing.T) {
	pid, _ := play(t, "holder")
	tree := NewTree(pid, func(int) (time.Duration, bool) { return time.Hour, true })
	tree.last[1<<22-1] = time.Second // was seen once, has ended
	cpu, err := tree.CPU()
	if err != nil || cpu < time.Hour {
		t.Fatalf("%v %v", cpu, err)
	}
	if again, err := tree.CPU(); err != nil || again >= 2*time.Hour {
		t.Fatalf("counted again: %v %v", again, err)
	}
}

func TestWatch(t *testing.T) {
	pid, _ := play(t, "holder")
	ctx, cancel := context.WithCancel(t.Context())
	var samples []record.Sample
	zero := time.Now()
	peaks := Watch(ctx, NewTree(pid, noOrphans), zero, func(s record.Sample) {
		if samples = append(samples, s); len(samples) == 3 {
			cancel()
		}
	})
	if len(samples) != 4 || samples[3].PSS == nil {
		t.Fatalf("%d samples; the last reads memory: %+v", len(samples), samples[len(samples)-1])
	}
	if peaks.PSS == nil || *peaks.PSS < held || peaks.Processes == nil || *peaks.Processes != 1 {
		t.Fatalf("%+v", peaks)
	}
	for i := 1; i < len(samples); i++ {
		if samples[i].At <= samples[i-1].At || samples[i].CPU < samples[i-1].CPU {
			t.Errorf("samples go back: %+v then %+v", samples[i-1], samples[i])
		}
	}
}

func TestMachine(t *testing.T) {
	before, err := ReadMachine()
	if err != nil {
		t.Fatal(err)
	}
	burn(used(syscall.RUSAGE_SELF) + 50*time.Millisecond)
	after, err := ReadMachine()
	if err != nil {
		t.Fatal(err)
	}
	if d := after.Sub(before); d.Busy <= 0 || d.Total() < d.Busy || d.Idle < 0 || d.Steal < 0 {
		t.Errorf("%+v", d)
	}
}

func TestWatchStalls(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s := WatchStalls(ctx)
	if s == nil {
		t.Skip("the kernel does not count how long a thread waits")
	}
	if s.Watched < 50*time.Millisecond || s.Time < 0 || s.Time > s.Watched {
		t.Errorf("%+v", s)
	}
}

// BenchmarkWatchStalls says what looking for stalls costs of one core.
func BenchmarkWatchStalls(b *testing.B) {
	for b.Loop() {
		before := used(syscall.RUSAGE_SELF)
		ctx, cancel := context.WithTimeout(b.Context(), time.Second)
		done := make(chan *record.Stalls)
		go func() { done <- WatchStalls(ctx) }()
		s := <-done
		cancel()
		b.ReportMetric(100*float64(used(syscall.RUSAGE_SELF)-before)/float64(s.Watched), "%core")
	}
}

func TestNetwork(t *testing.T) {
	before, err := ReadNetwork()
	if err != nil {
		t.Skip(err) // a kernel without them
	}
	if probed := (Network{Retransmits: 5, Probes: 7}); probed.Lost() != 0 {
		t.Errorf("more probes than segments sent again: %d lost", probed.Lost())
	}
	after, err := ReadNetwork()
	if d := after.Sub(before); err != nil || d.ListenDrops > 1<<40 {
		t.Errorf("%+v, %v", d, err)
	}
	if n, err := TimeWaitMost(); err != nil || n < 0 {
		t.Errorf("%d %v", n, err)
	}
}

func TestCounter(t *testing.T) {
	data := []byte("TcpExt: A B C\nTcpExt: 1 2 3\nIpExt: A B\nIpExt: 8 9\n")
	for name, want := range map[string]uint64{"A": 1, "C": 3} {
		if n, ok := counter(data, "TcpExt:", name); !ok || n != want {
			t.Errorf("%s: %d %v", name, n, ok)
		}
	}
	if n, ok := counter(data, "IpExt:", "C"); ok {
		t.Errorf("there is no C: %d", n)
	}
	dev := []byte("Inter-| x | y\n face |bytes\n  lo: 1 2 0 0 0 0 0 0 100 200 0\n" +
		" eth0:5 6 0 0 0 0 0 0 7 30 0\n wifi: 5 6 0 0 0 0 0 0 7 4 0\n")
	if n := sentElsewhere(dev); n != 34 {
		t.Errorf("%d packets sent elsewhere, want 34", n)
	}
}
