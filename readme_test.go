package notifybench_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
//	<!-- claims: ID... -->           up to the next empty line, as results/reference/claims has them
const readme = "README.md"

var (
	tableMark  = regexp.MustCompile("(?m)^<!-- table: (.*) -->\n+```\n((?s:.*?))^```$")
	claimsMark = regexp.MustCompile(`(?m)^<!-- claims: (.*) -->\n+((?:\S.*\n)*)`)
)

// TestREADMEShowsTheReference: every table in README is what the reference records say.
func TestREADMEShowsTheReference(t *testing.T) {
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	now := fill(t, page, tableMark, 2, func(m [][]byte) (string, error) { return tables(strings.Fields(string(m[1]))) })
	now = fill(t, now, claimsMark, 2, func(m [][]byte) (string, error) { return claims(strings.Fields(string(m[1]))) })
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

// shownOfClaims are the columns of the reference table that README has room for.
var shownOfClaims = []string{"id", "stated", "verdict", "measured"}

// claims are rows of the table of the reference claims, in the order of ids.
func claims(ids []string) (string, error) {
	page, err := os.ReadFile(filepath.Join("results", "reference", "claims", "claims.md"))
	if err != nil {
		return "", err
	}
	var titles []string
	rows := map[string]string{}
	for line := range strings.Lines(string(page)) {
		cells, isRow := strings.CutPrefix(strings.TrimSpace(line), "| ")
		if !isRow {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(cells, " |"), " | ")
		if titles == nil {
			titles = parts
		}
		var shown []string
		for _, title := range shownOfClaims {
			if k := slices.Index(titles, title); k >= 0 && k < len(parts) {
				shown = append(shown, parts[k])
			}
		}
		if _, twice := rows[parts[0]]; !twice { // the first table has them all
			rows[parts[0]] = "| " + strings.Join(shown, " | ") + " |\n"
		}
	}
	table := "| " + strings.Join(shownOfClaims, " | ") + " |\n" + strings.Repeat("|---", len(shownOfClaims)) + "|\n"
	for _, id := range ids {
		row, ok := rows[id]
		if !ok {
			return "", fmt.Errorf("the reference has no claim %q", id)
		}
		table += row
	}
	return table, nil
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
