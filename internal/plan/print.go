package plan

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// Description is a plan as data, for machines.
type Description struct {
	Scenario string            `json:"scenario"`
	Title    string            `json:"title"`
	Seed     uint64            `json:"seed"`
	Cores    record.Cores      `json:"cores"`
	Duration time.Duration     `json:"duration"` // ns, builds left out
	Cells    []CellDescription `json:"cells"`
	Searches []CellDescription `json:"searches,omitempty"` // their ceilings; the cells follow from what is found
}

// CellDescription is one cell of a Description.
type CellDescription struct {
	Server   string           `json:"server"`
	Load     string           `json:"load"`
	Trial    int              `json:"trial"`
	Slice    int              `json:"slice,omitempty"`
	Seed     uint64           `json:"seed"`
	Missing  string           `json:"missing,omitempty"`
	Misses   *Miss            `json:"misses,omitempty"` // the part of the objective that the row cannot meet
	Ceilings []record.Ceiling `json:"ceilings"`
}

// Describe turns a plan into data.
func Describe(p *Plan) Description {
	d := Description{
		Scenario: p.Scenario.Name, Title: p.Scenario.Title, Seed: p.Seed, Cores: p.Cores, Duration: p.Duration(),
	}
	for _, c := range p.Cells {
		d.Cells = append(d.Cells, CellDescription{
			Server: c.Row.ID, Load: c.Load.Name, Trial: c.Trial, Slice: c.Slice, Seed: c.Seed,
			Missing: c.Row.Missing, Misses: c.Row.Misses, Ceilings: c.Ceilings,
		})
	}
	for _, s := range p.Searches {
		d.Searches = append(d.Searches, CellDescription{
			Server: s.Row.ID, Load: s.Load.Name, Trial: s.Trial, Seed: s.Seed, Missing: s.Row.Missing,
			Misses: s.Row.Misses, Ceilings: s.Ceilings,
		})
	}
	return d
}

// Headline says in two lines what a run will do.
func Headline(p *Plan) string {
	sc := p.Scenario
	sliced, warmup := "", fmt.Sprint(sc.Warmup)
	if n := sc.Slices.Count; n > 0 {
		sliced = " × " + count(n, "slice")
		warmup += fmt.Sprintf(" (from the second slice on %v)", sc.Slices.Warmup)
	}
	loads := count(len(sc.Loads), "load")
	if sc.Slices.Together {
		loads += " together"
	}
	what := []string{}
	if n := len(p.Cells); n > 0 || len(p.Searches) == 0 {
		what = append(what, fmt.Sprintf("%s of %s + %v", count(n, "cell"), warmup, sc.Duration))
	}
	about := "about"
	if n := len(p.Searches); n > 0 {
		what, about = append(what, searches(n)), "at most"
	}
	return fmt.Sprintf("%s: %s\n%s × %s × %s%s = %s, %s %v; %s",
		sc.Name, sc.Title, count(len(p.Rows), "server"), loads,
		count(sc.Trials, "trial"), sliced, strings.Join(what, " and "), about, p.Duration().Round(time.Second),
		coresInWords(p.Cores))
}

// searches counts them.
func searches(n int) string {
	if n == 1 {
		return "1 capacity search"
	}
	return fmt.Sprintf("%d capacity searches", n)
}

func coresInWords(c record.Cores) string {
	switch {
	case c.Note != "":
		return c.Note
	case len(c.Server) == 0:
		return "server and load share all cores"
	}
	return fmt.Sprintf("server on cpu %s, generator and providers on cpu %s", cpuList(c.Server), cpuList(c.Load))
}

func cpuList(cpus []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(cpus), " ", ", "), "[]")
}

// Print prints the ceilings of every row under every load, then the order of
// the cells.
func Print(w io.Writer, p *Plan) error {
	fmt.Fprintf(w, "%s\nseed %d\n\nceilings known before anything runs, lowest first\n", Headline(p), p.Seed)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range p.Rows {
		for j := range p.Scenario.Loads {
			if !p.Measures(i, &p.Scenario.Loads[j]) {
				continue
			}
			ceilings := p.ceilings[i*len(p.Scenario.Loads)+j]
			fmt.Fprintf(tw, "  %s\t%s\t%s\n", p.Rows[i].ID, p.Scenario.Loads[j].Name, inWords(&p.Rows[i], ceilings, p.Scenario.Duration)+p.missesInWords(&p.Rows[i]))
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\norder of the cells, shuffled by the seed within each trial\n")
	for _, c := range p.Cells {
		slice := ""
		if c.Slice > 0 {
			slice = fmt.Sprintf("slice %d\t", c.Slice)
		}
		fmt.Fprintf(tw, "  %d\ttrial %d\t%s%s\t%s\n", c.Index+1, c.Trial, slice, c.Load.Name, c.Row.ID)
	}
	for _, s := range p.Searches {
		fmt.Fprintf(tw, "  search\ttrial %d\t%s\t%s\n", s.Trial, s.Load.Name, s.Row.ID)
	}
	return tw.Flush()
}

func inWords(row *Row, ceilings []record.Ceiling, window time.Duration) string {
	if row.Missing != "" {
		return row.Missing
	}
	if len(ceilings) == 0 {
		return "none known: whatever gives out first"
	}
	words := make([]string, len(ceilings))
	for i, c := range ceilings {
		words[i] = c.Why
	}
	return strings.Join(words, "; ") + bindsInWords(record.Stretches(ceilings, window))
}

// bindsInWords says what binds when, where that changes within the window.
func bindsInWords(stretches []record.Stretch) string {
	var words []string
	for i, s := range stretches {
		if i > 0 && stretches[i-1].Kind == s.Kind {
			continue
		}
		word := s.Kind
		if i > 0 {
			word += fmt.Sprintf(" from %v", s.From)
		}
		words = append(words, word)
	}
	if len(words) < 2 {
		return ""
	}
	return "; lowest: " + strings.Join(words, ", ")
}
