package gateset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
)

// words say which tree an arm was built from.
func (s Side) words() string {
	var parts []string
	if s.Dir != "" {
		parts = append(parts, s.Dir)
	}
	if s.Ref != "" {
		parts = append(parts, s.Ref)
	}
	if s.Commit != "" {
		parts = append(parts, short(s.Commit))
	}
	if len(parts) == 0 {
		parts = append(parts, "of no repository")
	}
	text := strings.Join(parts, " ")
	if s.Dirty {
		text += " with changes that are in no commit"
	}
	return clean(text)
}

// titled is words with the first line of the commit's message.
func (s Side) titled() string {
	if s.Title == "" {
		return s.words()
	}
	return s.words() + fmt.Sprintf(" %q", clean(s.Title))
}

// remark is why the gate is not complete.
func (s *Set) remark() string {
	note := sentence(s.Note)
	if strings.HasPrefix(note, s.Status) {
		return note
	}
	return s.Status + ": " + note
}

// short is a commit as git abbreviates it.
func short(commit string) string { return commit[:min(len(commit), 12)] }

// policy is what was agreed on, in one line.
func (s *Set) policy() string {
	p := &s.Policy
	looks := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(p.Looks)), ", "), "[]")
	return fmt.Sprintf("%s: looks at %s blocks, %s to confirm a regression, false alarms %s of all metrics and looks, misses %s",
		clean(s.PolicyFile), looks, metric.Count(p.Confirm, "fresh block"), plain(p.Error), plain(p.Miss))
}

// machine is where it was measured.
func (s *Set) machine() string {
	e := &s.Machine
	parts := []string{metric.Count(e.Cores, "core")}
	for _, p := range []string{e.CPU, e.OS + "/" + e.Arch, e.Go} {
		if strings.Trim(p, "/") != "" {
			parts = append(parts, p)
		}
	}
	return clean(strings.Join(parts, ", "))
}

// rests is what the verdict on a server rests on.
func (s *Server) rests() []string {
	r := &s.Result
	fresh := 0
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Confirm && b.Invalid == "" {
			fresh++
		}
	}
	line := metric.Count(r.Blocks, "valid block")
	if fresh > 0 {
		line += fmt.Sprintf(", %d of them fresh", fresh)
	}
	if r.Rejected > 0 {
		line += fmt.Sprintf("; %d invalid (%s)", r.Rejected, s.rejected())
	}
	if s.Layouts > 1 {
		line += fmt.Sprintf("; %d layouts of each arm", s.Layouts)
	}
	if s.Took > 0 {
		line += "; " + s.Took.Round(time.Second).String()
	}
	lines := []string{line}
	if t := s.Toolchains; t[gate.Base] != t[gate.Candidate] {
		lines = append(lines, clean(fmt.Sprintf("built by unlike toolchains, which is compared too: the base by %s, the candidate by %s",
			cmp.Or(t[gate.Base], "one that is not known"), cmp.Or(t[gate.Candidate], "one that is not known"))))
	}
	if s.Rate > 0 {
		rate := "open load: " + metric.PerSecond.Format(s.Rate)
		if s.RateWhy != "" {
			rate += ", " + sentence(s.RateWhy)
		}
		lines = append(lines, rate)
	}
	for _, arm := range []gate.Arm{gate.Base, gate.Candidate} {
		if c := r.Counts[arm]; c != (gate.Counts{}) {
			lines = append(lines, arm.String()+": "+counted(c))
		}
	}
	return lines
}

// rejected are the reasons of the invalid blocks, the commonest first.
func (s *Server) rejected() string {
	times := map[string]int{}
	var reasons []string
	for i := range s.Blocks {
		why := sentence(s.Blocks[i].Invalid)
		if why == "" {
			continue
		}
		if times[why]++; times[why] == 1 {
			reasons = append(reasons, why)
		}
	}
	slices.SortStableFunc(reasons, func(a, b string) int { return times[b] - times[a] })
	for i, why := range reasons {
		if n := times[why]; n > 1 {
			reasons[i] = fmt.Sprintf("%s: %d times", why, n)
		}
	}
	return strings.Join(reasons, "; ")
}

func counted(c gate.Counts) string {
	parts := []string{metric.Count(c.Requests, "request"), metric.Count(c.Errors, "error")}
	for _, n := range []struct {
		count uint64
		noun  string
	}{{c.Wrong, "wrong answer"}, {c.Lost, "lost notification"}, {c.False, "false report"}} {
		if n.count > 0 {
			parts = append(parts, metric.Count(n.count, n.noun))
		}
	}
	return strings.Join(parts, ", ")
}

// death is a server that ended under load, was never ready, or answered the first notification wrongly.
type death struct {
	title string
	log   []string // its last lines
}

// logLines is how many lines of a log are shown.
const logLines = 12

func (s *Server) deaths() []death {
	var all []death
	for i := range s.Blocks {
		b := &s.Blocks[i]
		for _, arm := range []gate.Arm{gate.Base, gate.Candidate} {
			if b.Died[arm] == "" {
				continue
			}
			lines := strings.Split(strings.Trim(clean(b.Died[arm]), "\n"), "\n")
			all = append(all, death{fmt.Sprintf("block %d: the server of the %s failed", b.N, arm),
				lines[max(0, len(lines)-logLines):]})
		}
	}
	return all
}
