package scenario

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/shape"
)

func (s *Scenario) writeMigrate(w io.Writer) {
	m := s.Migrate
	if m == nil {
		return
	}
	rates := make([]string, len(m.Rates))
	for i, r := range m.Rates {
		rates[i] = shape.RateText(r)
	}
	fmt.Fprintf(w, "migrate:\n  rates: [%s]\n", strings.Join(rates, ", "))
	fmt.Fprintf(w, "  utilisation: %s\n", decimal(m.Utilisation))
	fmt.Fprintf(w, "  price:\n    currency: %s\n", quote(m.Price.Currency))
	fmt.Fprintf(w, "    vcpu_hour: %s\n    gb_hour: %s\n", decimal(m.Price.VCPUHour), decimal(m.Price.GBHour))
	if m.Price.Source != "" {
		fmt.Fprintf(w, "    source: %s\n", quote(m.Price.Source))
	}
	fmt.Fprintf(w, "  load: %s\n", quoted(m.Loads))
	if len(m.Predict) == 0 {
		return
	}
	fmt.Fprintln(w, "  predict:")
	for _, p := range m.Predict {
		fmt.Fprintf(w, "    - row: %s\n      load: %s\n", quote(p.Row), quote(p.Load))
		fmt.Fprintf(w, "      from: %s\n      at: %s\n", quote(p.From), quoted(p.At))
	}
}

// quoted is a list of names.
func quoted(names []string) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = quote(n)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
