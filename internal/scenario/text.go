package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/notifybench/notifybench/internal/strict"
)

// Text is the resolved scenario as a scenario file, every default written out, but
// for what came to be after others had been recorded: their hashes stay. What is
// set for every row is written with each.
// Decoded again it is the same scenario; equal scenarios have equal texts.
func Text(s *Scenario) string {
	var b strings.Builder
	s.writeHead(&b)
	s.writeProviders(&b)
	s.writeServers(&b)
	s.writeLoads(&b)
	s.writeMeasurement(&b)
	s.writeTimeline(&b)
	s.writeClaims(&b)
	s.writeMigrate(&b)
	return b.String()
}

// Measured is the text of a scenario without its claims: what is measured, however it
// is read. Claims may be reworded, and judged again, without measuring anew.
func Measured(s *Scenario) string {
	bare := *s
	bare.Claims = nil
	return Text(&bare)
}

// Hash is the SHA-256 of a text, in hexadecimal.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (s *Scenario) writeHead(w io.Writer) {
	fmt.Fprintf(w, "name: %s\n", quote(s.Name))
	fmt.Fprintf(w, "title: %s\n", quote(s.Title))
	if s.Source.Document != "" {
		fmt.Fprintf(w, "source:\n  document: %s\n", quote(s.Source.Document))
		if s.Source.Section != "" {
			fmt.Fprintf(w, "  section: %s\n", quote(s.Source.Section))
		}
	}
	fmt.Fprintf(w, "request:\n  path: %s\n", quote(s.Path))
	if s.Method != MethodPost {
		fmt.Fprintf(w, "  method: %s\n", s.Method)
	}
	fmt.Fprintf(w, "  channels: [%s]\n", strings.Join(s.Channels, ", "))
	if s.Recipients != Addresses {
		fmt.Fprintf(w, "  recipients: %s\n", s.Recipients)
	}
	if s.Devices > 1 {
		fmt.Fprintf(w, "  devices: %d\n", s.Devices)
	}
	if s.Keyed {
		fmt.Fprintln(w, "  idempotency_key: true")
	}
	fmt.Fprintf(w, "wire: %s\n", s.Wire)
}

func (s *Scenario) writeProviders(w io.Writer) {
	if len(s.Providers) == 0 {
		return
	}
	fmt.Fprintln(w, "providers:")
	for _, p := range s.Providers {
		fmt.Fprintf(w, "  %s:\n", p.Channel)
		for _, field := range providerFields() {
			if text := p.fieldText(field); text != "" {
				fmt.Fprintf(w, "    %s: %s\n", field, wrap(text, "      "))
			}
		}
	}
}

func (s *Scenario) writeServers(w io.Writer) {
	fmt.Fprintln(w, "servers:")
	for _, v := range s.Servers {
		fmt.Fprintf(w, "  - name: %s\n    label: %s\n", quote(v.Name), quote(v.Label))
		if v.Path != "" {
			fmt.Fprintf(w, "    path: %s\n", quote(v.Path))
		}
		fmt.Fprintf(w, "    processes: %d\n", v.Processes)
		if v.Loads != nil {
			fmt.Fprintf(w, "    loads: [%s]\n", strings.Join(v.Loads, ", "))
		}
		if len(v.Set) == 0 {
			continue
		}
		fmt.Fprintln(w, "    set:")
		for _, name := range slices.Sorted(maps.Keys(v.Set)) {
			fmt.Fprintf(w, "      %s: %s\n", quote(name), quote(v.Set[name]))
		}
	}
}

func (s *Scenario) writeLoads(w io.Writer) {
	fmt.Fprintln(w, "loads:")
	for _, l := range s.Loads {
		fmt.Fprintf(w, "  %s: %s\n", quote(l.Name), l.Spec())
	}
}

func (s *Scenario) writeMeasurement(w io.Writer) {
	if s.Slices.Count > 0 {
		fmt.Fprintf(w, "slices:\n  count: %d\n  length: %v\n  warmup: %v\n", s.Slices.Count, s.Duration, s.Slices.Warmup)
		if s.Slices.Together {
			fmt.Fprintln(w, "  together: true")
		}
	} else {
		fmt.Fprintf(w, "duration: %v\n", s.Duration)
	}
	fmt.Fprintf(w, "warmup: %v\n", s.Warmup)
	fmt.Fprintf(w, "timeout: %v\ndrain: %v\n", s.Timeout, s.Drain)
	fmt.Fprintf(w, "max_in_flight: %d\ntrials: %d\nisolation: %s\n", s.MaxInFlight, s.Trials, s.Isolation)
	if s.SLO != nil {
		fmt.Fprintf(w, "slo:\n  p99: %v\n  errors: %s\n", s.SLO.P99, share(s.SLO.Errors))
	}
}

// writeTimeline writes of each step what differs from the state before it.
func (s *Scenario) writeTimeline(w io.Writer) {
	if len(s.Timeline) == 0 {
		return
	}
	now := map[string]Provider{}
	for _, p := range s.Providers {
		now[p.Channel] = p
	}
	fmt.Fprintln(w, "timeline:")
	for _, step := range s.Timeline {
		fmt.Fprintf(w, "  - at: %v\n", step.At)
		if step.Kill {
			fmt.Fprintf(w, "    server: %s\n", serverKill)
		}
		if len(step.Providers) > 0 {
			fmt.Fprintln(w, "    set:")
		}
		for _, p := range step.Providers {
			for _, field := range p.changes(now[p.Channel]) {
				fmt.Fprintf(w, "      %s: %s\n", timelineKey(p.Channel, field), wrap(p.stepText(field), "        "))
			}
			now[p.Channel] = p
		}
	}
}

// quote writes a text so that YAML reads it as text, whatever is in it: JSON's
// quoting is part of YAML.
func quote(text string) string {
	if strict.SimpleName(text) && unicode.IsLetter(rune(text[0])) && text != "null" {
		return text
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		panic(fmt.Sprintf("encode a string as JSON: %v", err)) // no string fails to encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
