package gateset

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

var junit = Format{
	Name: "junit", File: "gate.junit.xml", Doc: "a test suite of each server, a test of each metric",
	Write: func(w io.Writer, s *Set, _ Options) error {
		if _, err := io.WriteString(w, xml.Header); err != nil {
			return err
		}
		enc := xml.NewEncoder(w)
		enc.Indent("", " ")
		if err := enc.Encode(s.suites()); err != nil {
			return err
		}
		_, err := io.WriteString(w, "\n")
		return err
	},
}

// The elements of JUnit's XML, as Jenkins and GitLab read it.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     seconds  `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Time       seconds    `xml:"time,attr"`
		Timestamp  string     `xml:"timestamp,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testCase `xml:"testcase"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		Time    seconds  `xml:"time,attr"`
		Skipped *outcome `xml:"skipped"`
		Error   *outcome `xml:"error"`
		Failure *outcome `xml:"failure"`
		Out     string   `xml:"system-out,omitempty"`
	}
	outcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	seconds string
)

func secondsOf(d time.Duration) seconds { return seconds(fmt.Sprintf("%.3f", d.Seconds())) }

func (s *Set) suites() *suites {
	all := &suites{Name: "notifybench gate"}
	var took time.Duration
	for i := range s.Servers {
		sv := &s.Servers[i]
		all.Suites = append(all.Suites, s.suite(sv.Row, sv.Took, sv.cases()))
		took += sv.Took
	}
	// A report without a test would be taken for a success, and so would one that says nothing of
	// a gate that did not get to its end.
	if len(s.Servers) == 0 || s.Note != "" {
		c := testCase{Name: "verdict", Class: "notifybench.gate", Time: secondsOf(0)}
		c.judge(s.Verdict, sentence(s.Why), s.Note)
		all.Suites = append(all.Suites, s.suite("gate", 0, []testCase{c}))
	}
	all.Time = secondsOf(took)
	for i := range all.Suites {
		all.Tests += all.Suites[i].Tests
		all.Failures += all.Suites[i].Failures
		all.Errors += all.Suites[i].Errors
	}
	return all
}

func (s *Set) suite(name string, took time.Duration, cases []testCase) suite {
	su := suite{Name: clean(name), Time: secondsOf(took), Timestamp: s.Started.UTC().Format("2006-01-02T15:04:05"),
		Tests: len(cases), Cases: cases, Properties: []property{
			{"base", s.Base.titled()}, {"candidate", s.Candidate.titled()}, {"scenario", clean(s.Scenario)},
			{"policy", s.policy()}, {"machine", s.machine()}, {"tool", clean(s.Tool)},
		}}
	for i := range cases {
		switch c := &cases[i]; {
		case c.Failure != nil:
			su.Failures++
		case c.Error != nil:
			su.Errors++
		case c.Skipped != nil:
			su.Skipped++
		}
	}
	return su
}

// cases are the server itself, which takes all the time, and its metrics, which are
// computed of the same blocks.
func (s *Server) cases() []testCase {
	class := "notifybench.gate." + clean(s.Row)
	server := testCase{Name: "server", Class: class, Time: secondsOf(s.Took), Out: strings.Join(s.rests(), "\n")}
	switch v := s.Result.Verdict; {
	case s.Missing != "":
		server.Out = ""
		server.Skipped = &outcome{Message: "not measured: " + sentence(s.Missing)}
	case !s.ofMetric(v):
		server.judge(v, sentence(s.Result.Why), s.log())
	}
	all := []testCase{server}
	for i := range s.Result.Findings {
		f := &s.Result.Findings[i]
		c := testCase{Name: label(&f.Rule), Class: class, Time: secondsOf(0), Out: measured(f)}
		c.judge(f.Verdict, explained(f), measured(f))
		if c.Failure != nil || c.Error != nil {
			c.Out = ""
		}
		all = append(all, c)
	}
	return all
}

// ofMetric says that a verdict is that of a metric, and so is reported there.
func (s *Server) ofMetric(v gate.Verdict) bool {
	for i := range s.Result.Findings {
		if s.Result.Findings[i].Verdict == v {
			return true
		}
	}
	return false
}

// judge says what a verdict is to JUnit. What was left undecided was not tested.
func (c *testCase) judge(v gate.Verdict, why, text string) {
	o := &outcome{Message: headline(v, why), Text: clean(text)}
	switch v {
	case gate.Regressed:
		o.Type = "regression"
		c.Failure = o
	case gate.Invalid:
		o.Type = "invalid"
		c.Error = o
	case gate.Inconclusive, gate.NotGated, gate.Undecided:
		o.Text = ""
		c.Skipped = o
	}
}

// measured are the figures of a metric, a line each.
func measured(f *gate.Finding) string {
	if !estimated(f) {
		return ""
	}
	lines := []string{
		fmt.Sprintf("base %s, candidate %s", value(f.Metric, f.Arms[gate.Base]), value(f.Metric, f.Arms[gate.Candidate])),
		fmt.Sprintf("change %s (95%%: %s), tolerance %s, over %d blocks", changed(f), ranged(f), plain(tolerance(f)), f.Blocks),
	}
	if c := f.Confirmed; c != nil {
		lines = append(lines, fmt.Sprintf("fresh blocks: %s (95%%: %s), over %d blocks", changed(c), ranged(c), c.Blocks))
	}
	return strings.Join(lines, "\n")
}

// log is the end of the log of every server that ended under load.
func (s *Server) log() string {
	var lines []string
	for _, d := range s.deaths() {
		lines = append(append(lines, d.title+"; the end of its log:"), d.log...)
	}
	return strings.Join(lines, "\n")
}
