package gateset

import (
	"fmt"
	"strings"
)

// special are the characters that mean something in a page of GitHub: structure, links,
// formulas, mentions, references.
const special = "&<>`*_[]()#|~\\!@:$^{}"

// entities keeps a text from being read as Markdown or HTML: a character written as an
// entity is never structure.
func entities(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(clean(s), "\n", " ") {
		if strings.ContainsRune(special, r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "www.", "www&#46;")
}

// prose is a sentence on the page. GitHub looks for people and issues after entities are
// read, so that a character without a width keeps them apart from their sign.
func prose(s string) string {
	s = strings.NewReplacer("&#64;", "&#64;&#8203;", "&#35;", "&#35;&#8203;", "&#40;", "(", "&#41;", ")", "&#58; ", ": ").Replace(entities(s))
	return strings.TrimSpace(s)
}

// code is a name from outside, set as code: nobody is called by it.
func code(s string) string {
	if s = strings.TrimSpace(entities(s)); s == "" {
		return ""
	}
	return "<code>" + s + "</code>"
}

// verbatim is a line within <pre>.
func verbatim(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(clean(s))
}
