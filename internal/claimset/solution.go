package claimset

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/solve"
)

// SolutionFile is the file of a Solution.
const SolutionFile = "solve.json"

// Solution is the search for the setting under which a stated value comes out.
type Solution struct {
	Schema   int          `json:"schema"`
	Tool     string       `json:"tool"`
	Scenario string       `json:"scenario"`
	Claim    record.Claim `json:"claim"`
	Status   solve.Status `json:"status"`
	// Path is how long a request is held; 0: not known.
	Path   time.Duration `json:"path,omitempty"`
	Points []Tried       `json:"points"` // in the order in which they were tried
	Words  []string      `json:"words"`
}

// Tried is a number that was measured.
type Tried struct {
	N        int      `json:"n"`
	Words    string   `json:"words"`               // "4 × 17 threads"
	InFlight int      `json:"in_flight,omitempty"` // requests carried at once; 0: not known
	Value    *float64 `json:"value,omitempty"`     // median; nil: not to be believed
	Lo       *float64 `json:"lo,omitempty"`        // of the trials
	Hi       *float64 `json:"hi,omitempty"`
	Trials   int      `json:"trials"`
	Bound    string   `json:"bound,omitempty"`
	Invalid  string   `json:"invalid,omitempty"`
	Record   string   `json:"record"`
}

// Add files a point.
func (s *Solution) Add(t Tried, o solve.Observation) {
	t.Invalid = o.Invalid
	if o.Invalid == "" {
		t.Value, t.Lo, t.Hi, t.Trials = &o.Value, &o.Lo, &o.Hi, o.Trials
	}
	s.Points = append(s.Points, t)
}

// Conclude says in words how the search stands.
func (s *Solution) Conclude(r solve.Result) {
	s.Status, s.Words = r.Status, nil
	if text := s.little(); text != "" {
		s.Words = append(s.Words, text)
	}
	below, reaches := s.point(r.Below), s.point(r.Reaches)
	stated := s.stated()
	switch r.Status {
	case solve.Found:
		s.Words = append(s.Words, fmt.Sprintf("%s gave %s, %s gave %s: the stated %s lies between them",
			below.Words, below.number(), reaches.Words, reaches.number(), stated))
	case solve.Lowest:
		s.Words = append(s.Words, fmt.Sprintf("%s gave %s: the lowest number reaches the stated %s already",
			reaches.Words, reaches.number(), stated))
	case solve.Never:
		s.Words = append(s.Words, fmt.Sprintf("the stated %s is not reached: %s, the highest number, gave %s%s",
			stated, below.Words, below.number(), boundWords(below)))
	case solve.Blocked:
		last := s.Points[len(s.Points)-1]
		s.Words = append(s.Words, fmt.Sprintf("not solved: %s could not be measured: %s", last.Words, last.Invalid))
		if r.Below != nil && r.Reaches != nil {
			s.Words = append(s.Words, fmt.Sprintf("known so far: %s gave %s, %s gave %s: the stated %s lies between them",
				below.Words, below.number(), reaches.Words, reaches.number(), stated))
		}
	}
}

// little is how many requests must be in flight for the stated rate, by Little's law.
func (s *Solution) little() string {
	if s.Path <= 0 {
		return ""
	}
	rate := s.Claim.Judge.Value
	n := rate * s.Path.Seconds()
	return fmt.Sprintf("%s at %v needs at least %d in flight (Little: %s × %s s = %.1f)", s.stated(), s.Path,
		int(math.Ceil(n-1e-9)), decimal(rate), decimal(s.Path.Seconds()), n)
}

func (s *Solution) stated() string { return metric.PerSecond.Format(s.Claim.Judge.Value) }

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// point is what is known of a number, as it was tried last.
func (s *Solution) point(p *solve.Point) (t Tried) {
	if p == nil {
		return Tried{}
	}
	for _, tried := range s.Points {
		if tried.N == p.N {
			t = tried
		}
	}
	return t
}

func (t Tried) number() string {
	if t.Value == nil {
		return none
	}
	return fmt.Sprintf("%s (%s–%s)", metric.PerSecond.Format(*t.Value), metric.Rate(*t.Lo), metric.Rate(*t.Hi))
}

func boundWords(t Tried) string {
	if t.Bound == "" {
		return ""
	}
	return ", bound by " + t.Bound
}

// Text prints the points and the words.
func (s *Solution) Text(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range s.Points {
		value := t.number()
		if t.Invalid != "" {
			value = t.Invalid
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\n", t.Words, value, metric.Count(t.Trials, "trial"))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, line := range s.Words {
		if _, err := fmt.Fprintf(w, "%s: %s\n", s.Claim.ID, line); err != nil {
			return err
		}
	}
	return nil
}

// Save writes solve.json atomically.
func (s *Solution) Save(dir string) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", SolutionFile, err)
	}
	return record.WriteFile(filepath.Join(dir, SolutionFile), append(data, '\n'))
}
