package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
)

// tally counts the verdicts: "8 claims: 1 REPRODUCED, 3 NOT MEASURED".
func tally(results []claim.Result) string {
	var parts []string
	for _, v := range slices.Backward(claim.Verdicts()) { // what was measured first
		n := 0
		for _, r := range results {
			if r.Verdict == v.Name {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v.Name))
		}
	}
	return metric.Count(len(results), "claim") + ": " + strings.Join(parts, ", ")
}

// source is where a claim is found.
func source(r *claim.Result) string {
	if r.Claim.Section == "" {
		return r.Claim.Document
	}
	return r.Claim.Document + ", " + r.Claim.Section
}

// claims prints a table whose longer cells are wrapped, then the reasons.
func (p *printer) claims(results []claim.Result) {
	p.line(p.bold("Claims"))
	p.wrapped("  ", tally(results))
	p.line()
	for i, lines := range ClaimLines(results, p.o.Width) {
		style := func(s string) string { return s }
		switch {
		case i == 0:
			style = p.bold
		case results[i-1].Verdict == claim.NotMeasured:
			style = p.grey
		}
		for _, l := range lines {
			p.line(style(l))
		}
	}
	for i := range results {
		r := &results[i]
		reasons := r.Reasons()
		if len(reasons) == 0 {
			continue
		}
		p.line()
		p.wrapped("  ", r.Claim.ID+" ("+source(r)+")")
		for _, l := range reasons {
			p.wrapped("    ", l)
		}
	}
}

// pageClaims is the same for a page.
func (p *printer) pageClaims(results []claim.Result) {
	p.line(tally(results), ".")
	p.line()
	for _, l := range ClaimPage(results) {
		p.line(l)
	}
	for i := range results {
		r := &results[i]
		reasons := r.Reasons()
		if len(reasons) == 0 {
			continue
		}
		p.line()
		p.line("**", escape(r.Claim.ID), "** (", escape(source(r)), ")")
		p.line()
		for _, l := range reasons {
			p.line("- ", escape(l))
		}
	}
}
