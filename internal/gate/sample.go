package gate

import (
	"cmp"
	"maps"
	"slices"
)

// sample is what some blocks say of one metric.
type sample struct {
	logs    []float64      // signed log ratios
	arms    [2][]float64   // of the same blocks
	missing map[string]int // blocks without one, by why
	blocks  int
}

func gather(r Rule, blocks []Block) sample {
	s := sample{missing: map[string]int{}, blocks: len(blocks)}
	for _, b := range blocks {
		pair, measured := b.Values[r.Metric]
		x, ok := pair.Log(r.Higher)
		switch {
		case ok:
			s.logs = append(s.logs, x)
			s.arms[Base] = append(s.arms[Base], pair[Base])
			s.arms[Candidate] = append(s.arms[Candidate], pair[Candidate])
		case measured:
			s.missing["not above zero in both arms"]++
		default:
			s.missing[cmp.Or(b.Why[r.Metric], "not measured")]++
		}
	}
	return s
}

// silent says that more than a quarter of the blocks have no value: what the others say
// may hold for them only.
func (s sample) silent() bool { return 4*(s.blocks-len(s.logs)) > s.blocks }

// commonest is the most frequent reason, the first by name of several.
func commonest(reasons map[string]int) string {
	most := ""
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		if most == "" || reasons[why] > reasons[most] {
			most = why
		}
	}
	return most
}
