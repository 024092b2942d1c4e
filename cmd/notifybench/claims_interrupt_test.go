//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/record"
)

// claimedScenario has a claim, and is over at once or never, as its trials say.
const claimedScenario = `title: A scenario with a claim
source: {document: asyncio-notification-service}
request: {channels: [email]}
providers: {email: {latency: 5ms}}
servers: [fake]
loads: {r50: 50/s}
warmup: 50ms
duration: 100ms
drain: 50ms
trials: TRIALS
claims:
  - {id: ID, stated: it works, row: fake, load: r50, metric: achieved, judge: {at_least: 1/s}, expect: REPRODUCED}
`

// Claims are interrupted, or their harness is killed, in the second scenario: what was
// settled before is kept, and going on begins with the second.
func TestClaimsInterrupted(t *testing.T) {
	w := newWorkplace(t)
	for _, name := range []string{"long", "sliced"} {
		if err := os.Remove(filepath.Join(w.dir, "scenarios", name+".yaml")); err != nil {
			t.Fatal(err)
		}
	}
	for name, trials := range map[string]string{"alpha": "1", "beta": "100"} {
		text := strings.NewReplacer("TRIALS", trials, "ID", "of-"+name).Replace(claimedScenario)
		if err := os.WriteFile(filepath.Join(w.dir, "scenarios", name+".yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd, progress := w.command(t, "claims")
	waitFor(t, progress, "claims 2/2 beta  [2/100]")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.checkStopped(t, cmd, exitInterrupted, record.StatusInterrupted)

	cmd, progress = w.command(t, "claims", "--resume")
	waitFor(t, progress, "claims 2/2 beta") // a run of the first would have been told before
	setIn(t, w, record.StatusRunning)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.checkStopped(t, cmd, -1, record.StatusRunning)
}

// checkStopped checks what claims that were stopped in their second scenario leave.
func (w workplace) checkStopped(t *testing.T, cmd *exec.Cmd, code int, status string) {
	t.Helper()
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != code {
		t.Fatalf("ended with %v, want exit %d", err, code)
	}
	w.checkNothingLeft(t)
	s := setIn(t, w, status)
	if len(s.Results) != 1 || s.Scenarios[0].Status != record.StatusComplete || s.Scenarios[1].Over() {
		t.Errorf("%d results of %+v", len(s.Results), s.Scenarios)
	}
}

// setIn reads the newest set, which is to be in a state.
func setIn(t *testing.T, w workplace, status string) *claimset.Set {
	t.Helper()
	s, err := claimset.Open(filepath.Join(w.dir, claimsDir, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Status != status {
		t.Errorf("the claims are %s, want %s", s.Status, status)
	}
	return s
}
