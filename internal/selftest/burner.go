package selftest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/burn"
)

// BurnerArg is the hidden sub-command of a burner: its Burn follows as JSON.
const BurnerArg = "burner"

// Burn is what a process that burns CPU does, and its children.
type Burn struct {
	For      time.Duration `json:"for"`
	Duty     float64       `json:"duty"`              // share of a core, 0 to 1
	Threads  int           `json:"threads,omitempty"` // that burn as well, each for its part of the time, and end
	End      bool          `json:"end,omitempty"`     // ends when it has burnt; else it stays, idle
	Wait     bool          `json:"wait,omitempty"`    // waits for its children, as a parent should
	Children []Burn        `json:"children,omitempty"`
}

// processes counts the processes of the tree.
func (w *Burn) processes() int {
	n := 1
	for i := range w.Children {
		n += w.Children[i].processes()
	}
	return n
}

// lastWord is what a burner says when it has burnt: the truth, by its own account.
type lastWord struct {
	PID int           `json:"pid"`
	CPU time.Duration `json:"cpu"`
	// Waited is what the children it waited for had used, their ends included
	// (about 1 ms each, which comes after their own last words).
	Waited map[int]time.Duration `json:"waited,omitempty"`
}

// burnPeriod is the period of a duty below 100%, and the step of one of 100%.
const burnPeriod = 10 * time.Millisecond

// RunBurner burns as it is told and says on out, in one line, what it has used.
func RunBurner(ctx context.Context, arg string, out io.Writer) error {
	var w Burn
	if err := json.Unmarshal([]byte(arg), &w); err != nil {
		return fmt.Errorf("burner: %w", err)
	}
	debug.SetGCPercent(-1) // no work of its own after the last word
	waited, err := w.startChildren()
	if err != nil {
		return fmt.Errorf("burner: %w", err)
	}
	w.burn(ctx)
	children := map[int]time.Duration{}
	for _, child := range waited {
		_ = child.Wait() // how it ended is seen by its last word
		children[child.Process.Pid] = child.ProcessState.UserTime() + child.ProcessState.SystemTime()
	}
	word, err := json.Marshal(lastWord{os.Getpid(), ownCPU(), children})
	if err == nil {
		_, err = out.Write(append(word, '\n'))
	}
	if err != nil || w.End {
		return err
	}
	<-ctx.Done()
	return nil
}

// startChildren starts the children and returns those to wait for.
func (w *Burn) startChildren() (waited []*exec.Cmd, err error) {
	for i := range w.Children {
		arg, err := json.Marshal(&w.Children[i])
		if err != nil {
			return nil, err
		}
		child := exec.Command(os.Args[0], append(os.Args[1:len(os.Args)-1:len(os.Args)-1], string(arg))...)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return nil, err
		}
		if w.Wait {
			waited = append(waited, child)
		}
	}
	return waited, nil
}

func (w *Burn) burn(ctx context.Context) {
	var threads sync.WaitGroup
	for i := range w.Threads {
		threads.Go(func() {
			runtime.LockOSThread() // for good: the thread ends with the goroutine
			burnFor(ctx, w.For*time.Duration(i+1)/time.Duration(w.Threads+1), w.Duty)
		})
	}
	burnFor(ctx, w.For, w.Duty)
	threads.Wait()
}

func burnFor(ctx context.Context, d time.Duration, duty float64) {
	for begin := time.Now(); time.Since(begin) < d && ctx.Err() == nil; {
		turn := time.Now()
		for time.Since(turn) < time.Duration(duty*float64(burnPeriod)) {
			burn.Rounds(100)
		}
		if rest := burnPeriod - time.Since(turn); duty < 1 {
			time.Sleep(rest)
		}
	}
}

// ownCPU is what this process has used, its ended threads included and its
// children left out, as the kernel tells it to itself.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return -1 // no truth: the check fails
	}
	return time.Duration(syscall.TimevalToNsec(u.Utime) + syscall.TimevalToNsec(u.Stime))
}
