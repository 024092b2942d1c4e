package store

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// victimArg makes the test program a process that accepts jobs until it is killed;
// its options follow as JSON.
const victimArg = "accept-until-killed"

// victim prints a line for each job that was accepted.
func victim(options string) {
	var o Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		panic(err)
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		id := fmt.Sprintf("victim-%d", n)
		err := s.(Outbox).Accept(context.Background(), record(id, contract.StatusQueued), job(id, time.Duration(n)), nil)
		if err != nil {
			panic(err)
		}
		fmt.Println(id)
	}
}

// TestKilledProcess: every job that a process was told to be durable is adopted once
// it has been killed, and none before.
func TestKilledProcess(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		s := b.outbox(t)
		options, err := json.Marshal(b.opts)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], victimArg, string(options))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		accepted := make(map[string]bool)
		for len(accepted) < 50 && lines.Scan() {
			accepted[lines.Text()] = true
		}
		if jobs := adoptAll(t, s, 1000); len(jobs) > 0 {
			t.Errorf("took %d jobs from a process that lives", len(jobs))
		}
		cmd.Process.Kill()
		for lines.Scan() {
			accepted[lines.Text()] = true
		}
		cmd.Wait()
		if len(accepted) < 50 {
			t.Fatalf("the other process accepted %d jobs", len(accepted))
		}
		adopted := make(map[string]bool)
		for deadline := time.Now().Add(10 * time.Second); len(adopted) < len(accepted) && time.Now().Before(deadline); {
			for _, j := range adoptAll(t, s, 10_000) {
				if adopted[j.ID] {
					t.Errorf("adopted %s twice", j.ID)
				}
				adopted[j.ID] = true
			}
			time.Sleep(10 * time.Millisecond) // a server notices later than the kernel
		}
		for id := range accepted {
			if !adopted[id] {
				t.Errorf("lost %s", id)
			}
		}
	})
}
