package gateset

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
)

func TestCreateSaveOpen(t *testing.T) {
	parent := t.TempDir()
	s := example()
	dir, err := Create(parent, s)
	if err != nil || filepath.Base(dir) != "20260102T030405Z" {
		t.Fatal(dir, err)
	}
	if to, err := os.Readlink(filepath.Join(parent, "latest")); err != nil || to != filepath.Base(dir) {
		t.Errorf("latest is %q, %v", to, err)
	}
	if other, err := Create(parent, s); err != nil || other == dir {
		t.Errorf("%s, %v", other, err)
	}
	s.Status = "complete"
	if err := s.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := Open(dir)
	if err != nil || !bytes.Equal(render(t, got, "json", Options{}), render(t, s, "json", Options{})) {
		t.Errorf("reads back as something else: %v", err)
	}
	s.Schema++
	if err := s.Save(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "schema 2") {
		t.Errorf("%v", err)
	}
	if _, err := Open(parent); err == nil || !strings.Contains(err.Error(), "holds no gate") {
		t.Errorf("%v", err)
	}
}

func TestWriteAll(t *testing.T) {
	dir := t.TempDir()
	s := example()
	s.Servers = s.Servers[2:4] // drawing takes time
	s.Servers[0].Result.Findings = s.Servers[0].Result.Findings[:1]
	files, err := s.WriteAll(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
		name, _ := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
	}
	want := "gate.txt gate.md gate.json gate.junit.xml gate.bench.txt github.txt charts/fasthttp-open-cpu_per_request.png charts/fasthttp-open-cpu_per_request.svg"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("wrote %s", got)
	}
}

func TestConclude(t *testing.T) {
	of := func(label string, v gate.Verdict, missing string) Server {
		return Server{Row: label, Missing: missing, Result: gate.Result{Verdict: v, Why: "why of " + label}}
	}
	for _, c := range []struct {
		servers []Server
		verdict gate.Verdict
		why     string
	}{
		{nil, gate.Inconclusive, "nothing was measured"},
		{[]Server{of("a", "", "not installed: a")}, gate.Inconclusive, "nothing was measured; not measured: a (not installed: a)"},
		{[]Server{of("a", gate.Pass, "")}, gate.Pass, "a: why of a"},
		{[]Server{of("a", gate.Pass, ""), of("b", gate.Pass, ""), of("c", "", "gone")}, gate.Pass,
			"2 servers are no worse than the policy allows; not measured: c (gone)"},
		{[]Server{of("a", gate.Pass, ""), of("b", gate.Regressed, ""), of("c", gate.Invalid, ""), of("d", gate.Regressed, "")},
			gate.Regressed, "b: why of b; 1 more as well"},
	} {
		s := Set{Servers: c.servers}
		if s.Conclude(); s.Verdict != c.verdict || s.Why != c.why {
			t.Errorf("%s, %q; want %s, %q", s.Verdict, s.Why, c.verdict, c.why)
		}
	}
}
