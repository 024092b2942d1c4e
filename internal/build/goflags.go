package build

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	goFlagsEnv = "GOFLAGS"
	ldflags    = "-ldflags"
)

// withLayout adds to flags what makes the binary depend on the source and the layout
// alone.
func withLayout(flags string, n int) (string, error) {
	words, err := split(flags)
	if err != nil {
		return "", err
	}
	words = append(words, "-trimpath", "-buildvcs=false")
	if n == 0 {
		return join(words)
	}
	shuffle := "-randlayout=" + strconv.Itoa(n)
	last := -1 // of several the last counts
	for i, w := range words {
		if isFlag(w, ldflags) {
			last = i
		}
	}
	if last < 0 {
		return join(append(words, ldflags+"="+shuffle))
	}
	words[last] += " " + shuffle
	return join(words)
}

// isFlag says that a word sets a flag, with one dash or two.
func isFlag(word, flag string) bool {
	name, _, _ := strings.Cut(word, "=")
	return name == flag || name == "-"+flag
}

func hasFlag(words []string, flag string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return isFlag(w, flag) })
}

const (
	blank  = " \t\n\r"
	quotes = `'"`
)

// split reads GOFLAGS as go does: words, each of which may stand in quotes as a whole
// (go help environment).
func split(flags string) (words []string, err error) {
	for flags = strings.TrimLeft(flags, blank); flags != ""; flags = strings.TrimLeft(flags, blank) {
		if !strings.ContainsAny(flags[:1], quotes) {
			end := strings.IndexAny(flags+" ", blank)
			words, flags = append(words, flags[:end]), flags[end:]
			continue
		}
		word, rest, closed := strings.Cut(flags[1:], flags[:1])
		if !closed {
			return nil, fmt.Errorf("%s has a quote that does not end: %s", goFlagsEnv, flags)
		}
		words, flags = append(words, word), rest
	}
	return words, nil
}

// join writes words so that split reads them.
func join(words []string) (string, error) {
	var quoted []string
	for _, w := range words {
		switch {
		case w != "" && !strings.ContainsAny(w, blank+quotes):
			quoted = append(quoted, w)
		case !strings.Contains(w, "'"):
			quoted = append(quoted, "'"+w+"'")
		case !strings.Contains(w, `"`):
			quoted = append(quoted, `"`+w+`"`)
		default:
			return "", fmt.Errorf("%s cannot hold %s, which has quotes of both kinds", goFlagsEnv, w)
		}
	}
	return strings.Join(quoted, " "), nil
}
