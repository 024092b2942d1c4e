package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestMain lets all three services of TestChaos suffer at the same time, on however few
// cores: they wait for most of it.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "3"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// chaos runs the program over the fake service.
func chaos(t *testing.T, self string, args ...string) (result, int) {
	t.Helper()
	var out, log bytes.Buffer
	args = append([]string{"-notifybench", self, "-servers", "testdata", "-store", "sqlite", "-cache", "memory", "-wire", "plain",
		"-length", "2s", "-rate", "60", "-kill", "700ms", "-flap", "400ms", "-patience", "60s", "-json"}, args...)
	code := run(args, &out, &log)
	var res result
	if err := json.Unmarshal(out.Bytes(), &res); err != nil {
		t.Fatalf("exit code %d, %v\n%s%s", code, err, &out, &log)
	}
	if len(res.Rows) != len(modes()) {
		t.Fatalf("%d rows", len(res.Rows))
	}
	return res, code
}

// TestChaos: a service that keeps its word passes, one that loses or lies is found out,
// and nothing is left behind.
func TestChaos(t *testing.T) {
	self := filepath.Join(t.TempDir(), "notifybench")
	if out, err := exec.Command("go", "build", "-o", self, "../../cmd/notifybench").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	t.Setenv("TMPDIR", t.TempDir())
	t.Cleanup(func() {
		if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	t.Run("honest", func(t *testing.T) {
		t.Parallel()
		res, code := chaos(t, self)
		if code != exitOK {
			t.Errorf("exit code %d", code)
		}
		for _, r := range res.Rows {
			if r.Error != "" {
				t.Fatalf("%s: %s", r.Mode, r.Error)
			}
			if v := r.Verdict; v.wrong() > 0 || v.Accepted == 0 || v.Channels[delivered] == 0 {
				t.Errorf("%s: %+v", r.Mode, v)
			}
			if r.Happened[flap] == 0 || r.Drain.Reports != 1 {
				t.Errorf("%s: %v, drain %+v", r.Mode, r.Happened, r.Drain)
			}
		}
	})
	t.Run("loses", func(t *testing.T) {
		t.Parallel()
		// What is lost is waited for to the end.
		res, code := chaos(t, self, "-env", "FAKE=loses", "-patience", "3s")
		for _, r := range res.Rows {
			// The first mode is synchronous: it has no queue to lose from.
			if found := r.Verdict != nil && r.Verdict.Channels[lost] > 0; found == (r.Mode == modes()[0].name) {
				t.Errorf("%s: %+v, %s", r.Mode, r.Verdict, r.Error)
			}
		}
		if code != exitWrong {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("lies", func(t *testing.T) {
		t.Parallel()
		res, code := chaos(t, self, "-env", "FAKE=lies")
		for _, r := range res.Rows {
			if r.Verdict == nil || r.Verdict.Channels[falsely] == 0 || r.Verdict.Channels[lost] > 0 || len(r.Verdict.Examples) == 0 {
				t.Errorf("%s: %+v, %s", r.Mode, r.Verdict, r.Error)
			}
		}
		if code != exitWrong {
			t.Errorf("exit code %d", code)
		}
	})
}

func TestFlags(t *testing.T) {
	for _, args := range []string{"x", "-rate 0", "-rate 9999999", "-length 1ms", "-length 99h", "-kill 1ms", "-store files",
		"-cache none", "-wire morse", "-env X", "-json -markdown", "-no-such-flag", "-patience -1s"} {
		if code := run(strings.Fields(args), io.Discard, io.Discard); code != exitUsage {
			t.Errorf("%s: exit code %d", args, code)
		}
	}
	o, err := parse(nil, io.Discard)
	if err != nil || !o.needsServices() || len(o.pace().services) != 3 || !o.wants("gin") {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = parse(strings.Fields("-store sqlite -cache memory -styles gin,pool"), io.Discard)
	if err != nil || o.needsServices() || len(o.pace().services) != 0 || !o.wants("pool") || o.wants("goroutine") {
		t.Errorf("%+v, %v", o, err)
	}
}

// Every variable that is set is one the contract knows, and of the values it allows.
func TestSettings(t *testing.T) {
	known := map[string]contract.Setting{contract.EnvProcesses: {}}
	for _, s := range contract.Settings() {
		known[s.Env] = s
	}
	sets := []map[string]string{settings()}
	for _, m := range modes() {
		sets = append(sets, m.set)
	}
	for _, set := range sets {
		for name, value := range set {
			s, ok := known[name]
			if !ok || len(s.OneOf) > 0 && !strings.Contains(" "+strings.Join(s.OneOf, " ")+" ", " "+value+" ") {
				t.Errorf("%s=%s: %+v", name, value, s)
			}
		}
	}
}
