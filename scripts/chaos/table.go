package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// row is one style in one mode.
type row struct {
	Style    string         `json:"style"`
	Mode     string         `json:"mode"`
	Error    string         `json:"error,omitempty"` // why there is no verdict
	Verdict  *verdict       `json:"verdict,omitempty"`
	Drain    drainReport    `json:"drain"`     // after SIGTERM
	ExitCode int            `json:"exit_code"` // of the server, after SIGTERM
	Happened map[string]int `json:"happened"`  // disturbances by kind
	Seconds  float64        `json:"seconds"`   // of load
}

// fine says that nothing was lost or falsely reported, and that this is known.
func (r *row) fine() bool { return r.Error == "" && r.Verdict != nil && r.Verdict.wrong() == 0 }

// result is what -json prints.
type result struct {
	Seed  uint64 `json:"seed"`
	Rate  int    `json:"rate"` // notifications per second
	Store string `json:"store"`
	Cache string `json:"cache"`
	Rows  []row  `json:"rows"`
}

// column is one figure of the table.
type column struct {
	title string
	of    func(r *row) string
}

func columns() []column {
	number := func(of func(v *verdict) int) func(r *row) string {
		return func(r *row) string { return strconv.Itoa(of(r.Verdict)) }
	}
	all := []column{
		{"style", func(r *row) string { return r.Style }},
		{"mode", func(r *row) string { return r.Mode }},
		{"requests", number(func(v *verdict) int { return v.Requests })},
		{"repeated", number(func(v *verdict) int { return v.Repeated })},
		{"refused", number(func(v *verdict) int { return v.Refused + v.Silent + v.Unsent })},
		{"accepted", number(func(v *verdict) int { return v.Accepted })},
	}
	for _, f := range fates() {
		if f != suppressed { // no user of the load has opted out: it is in the JSON
			all = append(all, column{string(f), number(func(v *verdict) int {
				if f == falsely {
					return v.Channels[f] + v.FalseAlso
				}
				return v.Channels[f]
			})})
		}
	}
	return append(all,
		column{"duplicated", number(func(v *verdict) int { return v.Duplicated })},
		column{"unsettled", number(func(v *verdict) int { return v.Unsettled })},
		column{"killed", func(r *row) string { return strconv.Itoa(r.Happened[killChild]) }})
}

const legend = `requests, repeated (sent again by the client, with the same key), refused (the last answer was no 2xx, or none came) and accepted count
notifications; unsettled are accepted ones not stored, or stored as still under way. All else counts channels, three to a notification:
delivered + failed + unknown + died + dropped + lost + false = 3 × accepted. failed: recorded as failed or expired (a dead letter where
it was queued); died: was in the memory of a process that was killed; dropped: the server said at its end that it dropped it;
lost: accepted, and neither delivered nor recorded as anything that ends; false: said to be sent, and never delivered; duplicated:
delivered more than once. killed: processes of the server.`

// writeText prints an aligned table; examples of what must not be are below it.
func writeText(w io.Writer, res result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	writeRows(t, res, func(cells []string) string { return strings.Join(cells, "\t") + "\t" })
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s", legend, remarks(res))
	return err
}

// writeMarkdown prints the table for results/reference.
func writeMarkdown(w io.Writer, res result) error {
	if _, err := fmt.Fprintf(w, "# What is left after chaos\n\nStore %s, cache %s, %d notifications/s for %.0f s a row, seed %d. %s\n\n",
		res.Store, res.Cache, res.Rate, res.Rows[0].Seconds, res.Seed,
		"Written by `make chaos`; scripts/chaos says what is done to the servers."); err != nil {
		return err
	}
	first := true
	writeRows(w, res, func(cells []string) string {
		line := "| " + strings.Join(cells, " | ") + " |"
		if first {
			line += "\n|" + strings.Repeat("---|", len(cells))
			first = false
		}
		return line
	})
	_, err := fmt.Fprintf(w, "\n%s\n%s", legend, remarks(res))
	return err
}

// writeRows prints the head and the rows that have a verdict. An error of w shows
// when what follows the rows is written.
func writeRows(w io.Writer, res result, format func(cells []string) string) {
	var cells []string
	for _, c := range columns() {
		cells = append(cells, c.title)
	}
	fmt.Fprintln(w, format(cells))
	for i := range res.Rows {
		r := &res.Rows[i]
		if r.Verdict == nil {
			continue
		}
		cells = cells[:0]
		for _, c := range columns() {
			cells = append(cells, c.of(r))
		}
		fmt.Fprintln(w, format(cells))
	}
}

// remarks are what no figure says.
func remarks(res result) string {
	var b strings.Builder
	for i := range res.Rows {
		r := &res.Rows[i]
		name := r.Style + ", " + r.Mode
		if r.Error != "" {
			fmt.Fprintf(&b, "\n%s: no verdict: %s\n", name, r.Error)
			continue
		}
		d := r.Drain
		if d.Reports == 0 {
			fmt.Fprintf(&b, "\n%s: exit code %d after SIGTERM, no report of its drain\n", name, r.ExitCode)
		} else {
			fmt.Fprintf(&b, "\n%s: exit code %d after SIGTERM: drained %d, persisted %d, dropped %d\n",
				name, r.ExitCode, d.Drained, d.Persisted, d.Dropped)
		}
		for _, e := range r.Verdict.Examples {
			fmt.Fprintf(&b, "  %s: #%d %s, id %q: answered %d %q, stored %q\n", e.Fate, e.K, e.Channel, e.ID, e.Code, e.Said, e.Stored)
		}
	}
	return b.String()
}

func writeJSON(w io.Writer, res result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(res)
}
