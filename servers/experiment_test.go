package servers_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func experimentCases() []testCase {
	return []testCase{
		{name: "hold", run: holdDelays},
		{name: "work", run: workBurns},
		{name: "ballast", run: ballastIsHeld},
		{name: "fail always", run: failAlways},
		{name: "fail by number", run: failByNumber},
	}
}

// took is how long a notification takes at least: no load makes it shorter.
func took(server *program) time.Duration {
	begin := time.Now()
	server.notify(http.StatusOK, full())
	return time.Since(begin)
}

func holdDelays(t subject) {
	server := t.run(newProviders(t.T, accept), contract.EnvHold+"=60ms")
	if d := took(server); d < 60*time.Millisecond {
		t.Errorf("held for %s, want at least 60ms", d)
	}
}

// workBurns asks for a million rounds, which no machine does in 10 ms.
func workBurns(t subject) {
	server := t.run(newProviders(t.T, accept), contract.EnvWork+"=2ms", contract.EnvRoundsPerMS+"=500000")
	if d := took(server); d < 10*time.Millisecond {
		t.Errorf("a million rounds took %s", d)
	}
}

func ballastIsHeld(t subject) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	server := t.run(newProviders(t.T, accept), contract.EnvBallast+"=64MiB")
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", server.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("no VmRSS in %s", text)
	}
	if kb, err := strconv.Atoi(string(found[1])); err != nil || kb < 64<<10 {
		t.Errorf("%d kB resident, %v; want 64 MiB at least", kb, err)
	}
}

func failAlways(t subject) {
	p := newProviders(t.T, accept)
	r := t.run(p, contract.EnvFail+"=1").notify(http.StatusOK, full())
	if r.answer.Status != contract.StatusSent || len(r.answer.Channels) != 2 {
		t.Errorf("answer %s, want sent without push", r.body)
	}
	if n := len(p["push"].seen()); n != 0 {
		t.Errorf("push was called %d times", n)
	}
}

// failByNumber wants the very numbers that any server fails, in any order.
func failByNumber(t subject) {
	server := t.run(newProviders(t.T, accept), contract.EnvFail+"=50%")
	wrong := ""
	for k := uint64(0); k < 16; k++ {
		n := full()
		n.Subject, n.Message = contract.Tag("subject", k), contract.Tag("message", k)
		if r := server.notify(http.StatusOK, n); len(r.answer.Channels) == 2 {
			wrong += fmt.Sprint(k, " ")
		}
	}
	const want = "3 4 5 7 10 11 14 "
	if wrong != want {
		t.Errorf("wrong answers to %q, want %q", wrong, want)
	}
}
