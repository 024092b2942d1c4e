package notifybench_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

var update = flag.Bool("update", false, "write README's tables anew")

// readme is the page a newcomer reads first. Its tables stand behind a mark that says
// which reference they are of:
//
//	<!-- table: RECORD LOAD... -->   in a fence, as the text report has them
//	<!-- claims -->                  up to the next empty line, as results/reference/claims has it
const readme = "README.md"

var (
	tableMark  = regexp.MustCompile("(?m)^<!-- table: (.*) -->\n+```\n((?s:.*?))^```$")
	claimsMark = regexp.MustCompile(`(?m)^<!-- claims -->\n+((?:\S.*\n)*)`)
)

// TestREADMEShowsTheReference: every table in README is what the reference records say.
func TestREADMEShowsTheReference(t *testing.T) {
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	now := fill(t, page, tableMark, 2, func(m [][]byte) (string, error) { return tables(strings.Fields(string(m[1]))) })
	now = fill(t, now, claimsMark, 1, func([][]byte) (string, error) { return claims() })
	marks := bytes.Count(page, []byte("<!-- table:")) + bytes.Count(page, []byte("<!-- claims"))
	if found := len(tableMark.FindAll(page, -1)) + len(claimsMark.FindAll(page, -1)); found != marks || found == 0 {
		t.Errorf("%d marks, %d of them with a table: see %s", marks, found, "readme_test.go")
	}
	if bytes.Equal(page, now) {
		return
	}
	if !*update {
		t.Fatalf("README's tables are not those of the reference: go test . -run README -update\n%s", firstDifference(page, now))
	}
	if err := os.WriteFile(readme, now, 0o644); err != nil {
		t.Fatal(err)
	}
}

// fill puts in the place of a group of every match what is to stand there.
func fill(t *testing.T, page []byte, mark *regexp.Regexp, group int, of func([][]byte) (string, error)) []byte {
	t.Helper()
	return mark.ReplaceAllFunc(page, func(all []byte) []byte {
		m, at := mark.FindSubmatch(all), mark.FindSubmatchIndex(all)
		text, err := of(m)
		if err != nil {
			line, _, _ := bytes.Cut(all, []byte("\n"))
			t.Errorf("%s: %v", line, err)
			return all
		}
		return bytes.Join([][]byte{all[:at[2*group]], []byte(text), all[at[2*group+1]:]}, nil)
	})
}

// tables are those of the loads of a reference record, with an empty line between them.
func tables(words []string) (string, error) {
	if len(words) < 2 {
		return "", fmt.Errorf("write <!-- table: RECORD LOAD... -->")
	}
	rd, err := record.Open(filepath.Join("results", "reference", words[0]))
	if err != nil {
		return "", err
	}
	r, err := report.New(rd)
	if err != nil {
		return "", err
	}
	var list []string
	for _, load := range words[1:] {
		table, err := r.Table(load)
		if err != nil {
			return "", err
		}
		list = append(list, table)
	}
	return strings.Join(list, "\n"), nil
}

// claims is the first table of the page of the reference claims.
func claims() (string, error) {
	page, err := os.ReadFile(filepath.Join("results", "reference", "claims", "claims.md"))
	if err != nil {
		return "", err
	}
	var table strings.Builder
	for line := range strings.Lines(string(page)) {
		switch {
		case strings.HasPrefix(line, "|"):
			table.WriteString(strings.TrimRight(line, "\n") + "\n")
		case table.Len() > 0:
			return table.String(), nil
		}
	}
	if table.Len() == 0 {
		return "", fmt.Errorf("claims.md has no table")
	}
	return table.String(), nil
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d is\n%s\nand should be\n%s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(x), len(y))
}
