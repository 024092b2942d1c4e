package migrate

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

// program is a server of which every process maps the same file and has the rest for
// itself.
type program struct{ cost, file, private, each float64 }

func drawProgram(t *rapid.T) program {
	whole := func(name string, lo, hi float64) float64 {
		return math.Round(rapid.Float64Range(lo, hi).Draw(t, name))
	}
	return program{cost: rapid.Float64Range(20e-6, 3e-3).Draw(t, "cost"), file: whole("file", 1e3, 1e8),
		private: whole("private", 1e6, 1e8), each: whole("each", 1e3, 5e5)}
}

// tree is n processes of it on one machine, as PSS counts them.
func (p program) tree(id string, n int) row {
	r := linear(id, p.cost, p.file+float64(n)*p.private, p.each)
	r.processes, r.tree, r.file = n, n, p.file
	return r
}

func predicted(few, many row) *Table {
	plan := planOf("c25", "c100", "c400")
	plan.Predict = []record.Prediction{{Row: many.id, Load: "c400", From: few.id, At: []string{"c25", "c100", "c400"}}}
	return newWorld(plan, []float64{25, 100, 400}, few, many).table()
}

// What processes map of files counts once, from however many to however many.
func TestFilesAreSharedOnOneMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		n, m := rapid.IntRange(1, 8).Draw(t, "from"), rapid.IntRange(1, 8).Draw(t, "to")
		c := predicted(p.tree("few", n), p.tree("many", m)).Checks[0]
		if off := c.Parts[1].Off; math.Abs(off) > 1e-6 {
			t.Fatalf("off by %v: %+v", off, c)
		}
		if says := strings.Contains(c.Words(), "of files that its processes share are counted once"); says != (n != m) {
			t.Fatal(c.Words())
		}
	})
}

// A record that does not tell the files is predicted from as if nothing were shared, and
// it is said.
func TestWithoutTheFilesEverythingIsCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		few, many := p.tree("few", 1), p.tree("many", rapid.IntRange(2, 8).Draw(t, "to"))
		few.file = 0
		c := predicted(few, many).Checks[0]
		n := float64(many.processes)
		if want := n*(p.file+p.private) + 400*p.each; math.Abs(c.Parts[1].Predicted.V-want) > 1 {
			t.Fatalf("predicted %v, want %v", c.Parts[1].Predicted.V, want)
		}
		if !strings.Contains(c.Words(), "is not recorded: what its processes share is counted for each of them") {
			t.Fatal(c.Words())
		}
	})
}

// The prediction lies within its own bounds, which are the wider the less is sure.
func TestBoundsOfSharedFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.Float64Range(0.1, 8).Draw(t, "times")
		w := newWorld(planOf("c100"), []float64{100}, drawProgram(t).tree("a", 2))
		m, why := modelOf(&w.run, &w.sum, &w.run.Subjects[0], []string{"c100"})
		if why != "" {
			t.Fatal(why)
		}
		exact := m.memoryOf(times, 400)
		i := m.tree.shared.Interval
		i.Lo, i.Hi = 0.9*i.Lo, 1.1*i.Hi
		wide := m.memoryOf(times, 400)
		if !wide.Interval.Contains(exact.V) || wide.V != exact.V || wide.Interval.Lo > exact.Interval.Lo || wide.Interval.Hi < exact.Interval.Hi {
			t.Fatalf("%+v of %+v", wide, exact)
		}
	})
}

// Instances run on machines of their own: what they take does not hang on what they
// could share on one.
func TestInstancesShareNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told := drawProgram(t).tree("a", 1)
		silent := told
		silent.file = 0
		plan := planOf("c25", "c100", "c400")
		a, b := newWorld(plan, []float64{25, 100, 400}, told).table(), newWorld(plan, []float64{25, 100, 400}, silent).table()
		if !reflect.DeepEqual(a.Rates, b.Rates) {
			t.Fatalf("%+v\nand without the files %+v", a.Rates, b.Rates)
		}
	})
}

func TestProcessesThatAreNotPredictedAreNamed(t *testing.T) {
	p := program{cost: 300e-6, file: 2e7, private: 4e6, each: 1e5}
	for _, c := range []struct {
		from, to int // processes in the tree, those that supervise included
		want     string
	}{
		{1, 3, "; 1 of its 3 processes left out: few has none that supervises others"},
		{2, 3, "; predicted as 4 processes, of which it has 3: what supervises the others is counted too often"},
		{1, 2, "are counted once"},
		{0, 3, "are counted once"},
	} {
		few, many := p.tree("few", 1), p.tree("many", 2)
		few.tree, many.tree = c.from, c.to
		check := predicted(few, many).Checks[0]
		if got := check.Words(); !strings.HasSuffix(got, c.want) {
			t.Errorf("from %d to %d: %s", c.from, c.to, got)
		}
	}
}
