package run

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// prebuilt is the name of a server that the test binary plays where it is called so.
const prebuilt = "prebuilt"

// serveHealth is ready, and nothing else.
func serveHealth() {
	ok := func(http.ResponseWriter, *http.Request) {}
	_ = http.ListenAndServe(net.JoinHostPort(os.Getenv(contract.EnvHost), os.Getenv(contract.EnvPort)), http.HandlerFunc(ok))
	os.Exit(1)
}

// A server that nothing builds is run as it lies in the folder of binaries, under the
// name of the server; what is recorded is the hash of that very file.
func TestAServerThatWasBuiltBefore(t *testing.T) {
	s, err := server.Decode("server.yaml", []byte("name: "+prebuilt+"\nsummary: s\nlanguage: go\n"+
		"build: no-such-compiler {bin}\nrun: \"{bin}\"\nfanout: concurrent\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.Build, s.Dir = nil, t.TempDir()
	sc, err := scenario.Decode("x.yaml", []byte("title: t\nproviders: {email: {latency: 1ms}}\nloads: {r: 10/s}\ntrials: 1\n"+
		"servers: ["+prebuilt+"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Make(sc, []server.Server{s}, plan.Machine{CPUs: []int{0}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{plan: p, run: newRun(p, "test"), opts: Options{Bin: t.TempDir(), Self: self}}
	if err := os.Symlink(self, filepath.Join(r.opts.Bin, prebuilt)); err != nil {
		t.Fatal(err)
	}
	if err := r.build(t.Context()); err != nil { // without a guardian: it starts nothing
		t.Fatal(err)
	}
	subject := &r.run.Subjects[0]
	if subject.BuildError != "" || subject.Binary == "" || subject.Binary != hashFile(self) || !subject.Own {
		t.Fatalf("%+v", subject)
	}
	if r.guardian, err = proc.StartGuardian(self); err != nil {
		t.Fatal(err)
	}
	running, err := r.trySubject(t.Context(), &p.Rows[0], t.TempDir(), &home{}, (*providers)(nil).urls())
	if err != nil {
		t.Error(err)
	} else if exit, stopped := running.proc.Stop(stopLimit); !stopped {
		t.Errorf("%v", exit)
	}
	if err := r.guardian.Close(); err != nil {
		t.Error(err)
	}
}

// What an interpreter runs is no file of the server's own.
func TestTheFileOfAnInterpreter(t *testing.T) {
	p := homely(t, "")
	p.Rows[0].Resolved.Server.Run = []string{"sh", "-c", "exit"}
	r := &runner{plan: p, run: newRun(p, "test"), opts: Options{Bin: t.TempDir()}}
	if err := r.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := &r.run.Subjects[0]; s.Binary == "" || s.Own {
		t.Errorf("%+v", s)
	}
}
