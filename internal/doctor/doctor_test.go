package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/machine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ptr[T any](v T) *T { return &v }

// healthy is a machine of which every check says ok.
func healthy() *Facts {
	return &Facts{
		Facts: machine.Facts{Governors: []string{"performance"}, Ports: &machine.Ports{Low: 32768, High: 60999},
			TWReuse: ptr(2), TimeWait: ptr(3), Somaxconn: ptr(4096), SynBacklog: ptr(512)},
		CPUs: []int{0, 1}, CanPin: true, Files: 65536, Steal: ptr(0.0), Noise: &Noise{SpinCV: 0.01, WorstOverBest: 1.02},
		Programs: []Program{{Name: "Go", Path: "/bin/go"}},
		Need:     &Need{Scenario: "mine", Pinned: true, Files: 2000, FilesWhy: "why", Flight: 1000},
	}
}

// Every check at every level it has: the change to a healthy machine, and what is said.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		check  string
		level  Level
		change func(*Facts)
		want   string
	}{
		{"cores", OK, func(*Facts) {}, "2 usable: server and load have cores of their own"},
		{"cores", OK, func(f *Facts) {
			f.CPUs, f.Siblings = []int{0, 1, 2, 3}, map[int]string{0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}
		}, "threads of 2 physical cores"},
		{"cores", Note, func(f *Facts) { f.Siblings = map[int]string{0: "0-1", 1: "0-1"} }, "threads of one physical core"},
		{"cores", Note, func(f *Facts) { f.CanPin = false }, "cannot be bound"},
		{"cores", Note, func(f *Facts) { f.CPUs, f.Need.Pinned = []int{0}, false }, "take turns"},
		{"cores", Note, func(f *Facts) { f.CPUs, f.Need = []int{0}, nil }, "take turns"},
		{"cores", Bad, func(f *Facts) { f.CPUs = []int{0} }, "scenario mine keeps the server's cores free"},
		{"cores", NA, func(f *Facts) { f.CPUs = nil }, "not known"},
		{"governor", OK, func(*Facts) {}, "performance"},
		{"governor", Note, func(f *Facts) { f.Governors = []string{"performance", "powersave"} }, "cpupower"},
		{"governor", NA, func(f *Facts) { f.Governors = nil }, "no control"},
		{"hypervisor", OK, func(*Facts) {}, "no hypervisor seen, 0.00%"},
		{"hypervisor", Note, func(f *Facts) { f.Hypervisor = true }, "interleaved"},
		{"hypervisor", Note, func(f *Facts) { f.Steal = ptr(0.02) }, "flagged"},
		{"hypervisor", Bad, func(f *Facts) { f.Steal = ptr(0.051) }, "5.10% of the time"},
		{"hypervisor", NA, func(f *Facts) { f.Steal = nil }, "not reported"},
		{"stalls", OK, func(f *Facts) { f.Noise.StallShare = 0.005 }, "0.50% of the time lost"},
		{"stalls", Note, func(f *Facts) { f.Noise.StallShare = 0.02 }, "the tail"},
		{"stalls", Bad, func(f *Facts) { f.Noise.StallShare = 0.021 }, "sent late"},
		{"stalls", NA, func(f *Facts) { f.Noise = nil }, "not tested"},
		{"speed", OK, func(*Facts) {}, "varies by 1.0%"},
		{"speed", Note, func(f *Facts) { f.Noise.SpinCV = 0.3 }, "varies by 30.0%"},
		{"speed", NA, func(f *Facts) { f.Noise = nil }, "not tested"},
		{"descriptors", OK, func(*Facts) {}, "65536 open files"},
		{"descriptors", Note, func(f *Facts) { f.Files, f.Need = 1024, nil }, "ulimit -n 65536"},
		{"descriptors", Bad, func(f *Facts) { f.Files = 1999 }, "scenario mine needs 2000 (why) ulimit -n 2000"},
		{"descriptors", NA, func(f *Facts) { f.Files = 0 }, "not known"},
		{"ports", OK, func(*Facts) {}, "28232 ports for outgoing connections (32768-60999)"},
		{"ports", Note, func(f *Facts) { f.Ports.High = 34000 }, "ip_local_port_range"},
		{"ports", Bad, func(f *Facts) { f.Ports.High = 32800 }, "needs 1000 connections"},
		{"ports", NA, func(f *Facts) { f.Ports = nil }, "not known"},
		{"time-wait", OK, func(*Facts) {}, "3 sockets in TIME_WAIT, tcp_tw_reuse is 2"},
		{"time-wait", Note, func(f *Facts) { f.TWReuse = ptr(0) }, "tcp_tw_reuse=1"},
		{"time-wait", Note, func(f *Facts) { f.TWReuse, f.TimeWait = ptr(0), ptr(20_000) }, "wait a minute"},
		{"time-wait", NA, func(f *Facts) { f.TWReuse = nil }, "not known"},
		{"listen-queue", OK, func(*Facts) {}, "at most 4096 connections"},
		{"listen-queue", Note, func(f *Facts) { f.Somaxconn, f.Need = ptr(128), nil }, "somaxconn=4096"},
		{"listen-queue", Note, func(f *Facts) { f.Need.Flight = 9000 }, "somaxconn=9000"},
		{"listen-queue", NA, func(f *Facts) { f.Somaxconn = nil }, "not known"},
		{"cgroup", OK, func(*Facts) {}, "no limit"},
		{"cgroup", OK, func(f *Facts) { f.Cgroup.CPU = ptr(2.0) }, "a CPU quota of 2 cores"},
		{"cgroup", Note, func(f *Facts) { f.Cgroup.CPU = ptr(1.5) }, "a CPU quota of 1.5 cores"},
		{"cgroup", Bad, func(f *Facts) { f.Cgroup.CPU = ptr(0.5) }, "less than one core"},
		{"cgroup", Note, func(f *Facts) { f.Cgroup.Memory = ptr(uint64(512 << 20)) }, "a memory limit of 512 MiB"},
		{"installed", OK, func(*Facts) {}, "Go"},
		{"installed", Note, func(f *Facts) { f.Programs[0].Path, f.Programs[0].Install = "", "get it" }, "Go is not installed: needed for  get it"},
	} {
		f := healthy()
		c.change(f)
		r := Judge(f)
		said := ""
		for _, finding := range r.Findings {
			if finding.Check == c.check {
				said += string(finding.Level) + " " + finding.Found + ": " + finding.Means + " " + finding.Command
			}
		}
		if !strings.HasPrefix(said, string(c.level)+" ") || !strings.Contains(said, c.want) {
			t.Errorf("%s: got %q, want %s %q", c.check, said, c.level, c.want)
		}
		if bad := strings.Join(r.Bad(), ","); c.level == Bad && bad != c.check || c.level != Bad && bad != "" {
			t.Errorf("%s (%s): bad is %q", c.check, c.want, bad)
		}
	}
}

// Of a system that tells nothing there is a line for every check, and nothing bad.
func TestUnknownMachine(t *testing.T) {
	r := Judge(&Facts{Programs: Find(func(string) (string, error) { return "", errors.New("none") })})
	seen := map[string]bool{}
	for _, f := range r.Findings {
		seen[f.Check] = true
		if f.Found == "" {
			t.Errorf("%s found nothing in words", f.Check)
		}
	}
	if len(seen) != len(checks()) || r.Bad() != nil {
		t.Errorf("%d of %d checks, bad: %v", len(seen), len(checks()), r.Bad())
	}
	lines := len(r.Findings)
	for _, f := range r.Findings {
		if f.Command != "" {
			lines++
		}
	}
	var b bytes.Buffer
	if err := Print(&b, r); err != nil || strings.Count(b.String(), "\n") != lines {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestFind(t *testing.T) {
	list := Find(func(name string) (string, error) {
		if name == "clang" {
			return "/bin/clang", nil
		}
		return "", errors.New("none")
	})
	for _, p := range list {
		if (p.Path != "") != (p.Name == "C compiler") || p.Install == "" || p.For == "" {
			t.Errorf("%+v", p)
		}
	}
}

func TestLost(t *testing.T) {
	const ms = time.Millisecond
	share, longest := lost([]time.Duration{ms, 5 * ms, 6 * ms, 14 * ms}, 100*ms)
	if math.Abs(share-0.2) > 1e-12 || longest != 14*ms {
		t.Errorf("%v, %v: want a fifth, and 14 ms", share, longest)
	}
	if share, _ := lost(nil, 0); share != 0 {
		t.Errorf("%v of nothing", share)
	}
}

// Equal times do not vary; scaling all of them changes nothing.
func TestVariation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		took := rapid.SliceOfN(rapid.Float64Range(0.001, 1), 2, 50).Draw(t, "took")
		factor := rapid.Float64Range(0.1, 10).Draw(t, "factor")
		cv, ratio := variation(took)
		if cv < 0 || ratio < 1 {
			t.Fatalf("CV %v, worst/best %v", cv, ratio)
		}
		scaled := make([]float64, len(took))
		for i := range took {
			scaled[i] = took[i] * factor
		}
		if again, _ := variation(scaled); math.Abs(again-cv) > 1e-9 {
			t.Fatalf("CV %v of %v scaled by %v, without %v", again, took, factor, cv)
		}
	})
	if cv, ratio := variation([]float64{1, 2, 3}); math.Abs(cv-0.5) > 1e-12 || ratio != 3 {
		t.Errorf("CV %v, worst/best %v of 1, 2, 3", cv, ratio)
	}
	if cv, ratio := variation([]float64{1}); cv != 0 || ratio != 1 {
		t.Errorf("of one: %v, %v", cv, ratio)
	}
}

func TestMeasure(t *testing.T) {
	n, err := Measure(t.Context(), []int{0}, 60*time.Millisecond)
	if err != nil || len(n.Cores) != 1 || n.WorstOverBest < 1 {
		t.Fatalf("%+v, %v", n, err)
	}
	if _, err := json.Marshal(Report{Noise: n}); err != nil {
		t.Error(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Measure(stopped, []int{0}, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
