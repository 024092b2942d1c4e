package compare

import (
	"bufio"
	"io"
	"strings"
)

var markdown = Format{
	Name: "markdown", Doc: "the same as a page",
	write: func(w io.Writer, r *Report, _ Options) error {
		p := &printer{bufio.NewWriter(w), 0}
		p.line("# ", escape(r.title()))
		p.line()
		for _, l := range r.Warnings {
			p.line("> **", escape(l), "**")
			p.line()
		}
		p.line("- a: ", escape(sideWords(&r.A)))
		p.line("- b: ", escape(sideWords(&r.B)))
		p.pageDifferences(r.Differences)
		p.pageScenario(r.Scenario)
		for _, load := range r.loads() {
			p.pageLoad(r, load)
		}
		p.pageRest(r)
		return p.w.Flush()
	},
}

func (p *printer) pageRow(cells []string) {
	for i := range cells {
		cells[i] = escape(cells[i])
	}
	p.line("| ", strings.Join(cells, " | "), " |")
}

func (p *printer) pageDifferences(list []Difference) {
	if len(list) == 0 {
		return
	}
	p.line()
	p.line("## What differs")
	p.line()
	p.line("| | a | b | |")
	p.line("|:--|:--|:--|:--|")
	for _, d := range list {
		p.pageRow([]string{d.What, d.A, d.B, d.Unlike})
	}
}

func (p *printer) pageScenario(lines []string) {
	if len(lines) == 0 {
		return
	}
	p.line()
	p.line("<details><summary>Where the scenarios differ</summary>")
	p.line()
	p.line(fence, "diff")
	for _, l := range lines {
		p.line(strings.ReplaceAll(l, fence, "'''"))
	}
	p.line(fence)
	p.line()
	p.line("</details>")
}

const fence = "```"

func (p *printer) pageLoad(r *Report, load string) {
	p.line()
	p.line("## Load ", escape(load))
	p.line()
	p.pageRow(figureTitles())
	p.line("|:--|:--|--:|--:|--:|--:|:--|")
	for i := range r.Pairs {
		x := &r.Pairs[i]
		for j := range x.Figures {
			if x.Load == load {
				p.pageRow(figureCells(x.Subject, &x.Figures[j]))
			}
		}
	}
	p.line()
	for _, n := range r.remarks(load) {
		p.line("- ", escape(n))
	}
}

func (p *printer) pageRest(r *Report) {
	p.line()
	if len(r.OnlyA) > 0 {
		p.line("- only in a: ", escape(aloneWords(r.OnlyA)))
	}
	if len(r.OnlyB) > 0 {
		p.line("- only in b: ", escape(aloneWords(r.OnlyB)))
	}
	if len(r.Pairs) == 0 {
		p.line("- no row is in both")
		return
	}
	p.line()
	p.line(escape(glossary), ".")
}

// escape keeps a text from being read as Markdown or HTML.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "~", `\~`, "[", `\[`,
		"<", "&lt;", ">", "&gt;", "\n", " ").Replace(text)
}
