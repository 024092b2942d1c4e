package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/scenario"
)

// section is one family of things that can be named in a scenario.
type section struct {
	Title string `json:"title"`
	Items []item `json:"items"`
}

type item struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Example string `json:"example,omitempty"`
}

func listCommand() *cobra.Command {
	var asJSON bool
	var dirs []string
	c := &cobra.Command{
		Use: "list", Short: "list scenarios, servers, loads, latencies, faults, metrics and checks", Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			sections, err := inventory(dirs)
			if err != nil {
				return usage(err)
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", " ")
				return enc.Encode(sections)
			}
			return printSections(c.OutOrStdout(), sections)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().StringArrayVar(&dirs, "servers", nil, "more servers: `DIR` (repeatable)")
	return c
}

// inventory is read from the folders and registries, never from a list kept by hand.
func inventory(dirs []string) ([]section, error) {
	scenarios := section{Title: "scenarios"}
	entries, err := scenario.List(scenariosDir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		scenarios.Items = append(scenarios.Items, item{Name: e.Name, Summary: e.Title + claimCount(e.Claims)})
	}
	servers := section{Title: "servers"}
	found, err := findServers(dirs)
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		summary := s.Summary
		if missing := s.Missing(); missing != "" {
			summary += " (" + missing + ")"
		}
		servers.Items = append(servers.Items, item{Name: s.Name, Summary: summary})
	}
	loads, latencies, metrics := section{Title: "loads"}, section{Title: "latencies"}, section{Title: "metrics"}
	for _, k := range scenario.Kinds() {
		loads.Items = append(loads.Items, item{k.Name, k.Summary, k.Example})
	}
	for _, k := range latency.Kinds() {
		latencies.Items = append(latencies.Items, item{k.Name, k.Summary, k.Example})
	}
	faults := section{Title: "faults"}
	for _, f := range contract.Faults() {
		faults.Items = append(faults.Items, item{Name: f.Name, Summary: f.Summary})
	}
	throttles := section{Title: "throttles"}
	for _, k := range contract.Throttles() {
		throttles.Items = append(throttles.Items, item{k.Name, k.Summary, k.Example})
	}
	for _, m := range metric.All() {
		metrics.Items = append(metrics.Items, item{Name: m.ID, Summary: m.Doc})
	}
	checks := section{Title: "checks"}
	for _, c := range metric.Checks() {
		checks.Items = append(checks.Items, item{Name: c.ID, Summary: c.Doc, Example: c.Limits()})
	}
	return []section{scenarios, servers, loads, latencies, faults, throttles, metrics, checks}, nil
}

func printSections(w io.Writer, sections []section) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, s := range sections {
		if i > 0 {
			fmt.Fprintln(tw)
		}
		fmt.Fprintln(tw, s.Title)
		if len(s.Items) == 0 {
			fmt.Fprintf(tw, "  none here: run notifybench where there is a folder %s/\n", s.Title)
		}
		for _, it := range s.Items {
			fmt.Fprintf(tw, "  %s\t%s", it.Name, it.Summary)
			if it.Example != "" {
				fmt.Fprintf(tw, "\t%s", it.Example)
			}
			fmt.Fprintln(tw)
		}
	}
	return tw.Flush()
}
