package strict

import "strings"

// Nearest is the valid name a misspelt one most likely means: by Levenshtein
// distance at most two edits, or a third of its length, and fewer than rewriting
// it; "" where none is that near.
func Nearest(got string, valid []string) string {
	best, limit := "", min(max(2, len(got)/3)+1, len(got))
	for _, v := range valid {
		if d := distance(strings.ToLower(got), strings.ToLower(v)); d < limit {
			best, limit = v, d
		}
	}
	return best
}

// distance counts the insertions, deletions and substitutions between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
