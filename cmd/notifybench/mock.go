package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/mockproviders"
)

const mockHelp = `Run the mock providers alone: each on its own port, answering POST /send after
the latency you give it (or behaving as a provider of a scenario), and telling in Server-Timing what was planned and what
was served. The first line of output says where they listen.

  notifybench mock --email 200ms --sms '{uniform: [100ms, 1s]}' --email-port 9001
  notifybench mock --push '{latency: 45ms, error_rate: 1%, faults: {reset: 1%, hang: 0.1%}}'
  curl -d '{"to":"a@example.com","subject":"hello #1"}' http://127.0.0.1:9001/send`

// mockFlags are the flags of one provider.
type mockFlags struct {
	latency   string
	errorRate float64
	port      int
}

func mockCommand() *cobra.Command {
	var host string
	var seed uint64
	var stdin bool
	flags := map[string]*mockFlags{}
	ports := map[string]int{}
	c := &cobra.Command{
		Use: "mock", Short: "run the mock providers alone", Long: mockHelp, Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := mockConfig(c.InOrStdin(), stdin, seed, flags)
			if err != nil {
				return usage(err)
			}
			for name, f := range flags {
				if _, on := config.Providers[name]; on {
					ports[name] = f.port
				}
			}
			opts := mockproviders.Options{Host: host, Ports: ports}
			return mockproviders.Run(c.Context(), config, opts, c.OutOrStdout())
		},
	}
	for _, name := range contract.Channels() {
		m := &mockFlags{}
		flags[name] = m
		c.Flags().StringVar(&m.latency, name, "100ms", "latency of the "+name+" provider, or all it does as in a scenario; \"off\" leaves it out")
		c.Flags().Float64Var(&m.errorRate, name+"-errors", 0, "share of its calls that fail, 0 to 1")
		c.Flags().IntVar(&m.port, name+"-port", 0, "its port (0: any free one)")
	}
	c.Flags().StringVar(&host, "host", "127.0.0.1", "address to listen on")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed of delays and errors")
	c.Flags().BoolVar(&stdin, "stdin", false, "read the configuration as JSON from standard input instead")
	if err := c.Flags().MarkHidden("stdin"); err != nil {
		panic(err) // the flag is defined one line above
	}
	return c
}

// mockConfig is what the flags say, or what the harness sends.
func mockConfig(in io.Reader, stdin bool, seed uint64, flags map[string]*mockFlags) (contract.MockConfig, error) {
	config := contract.MockConfig{Seed: seed, Providers: map[string]contract.Behaviour{}}
	if stdin {
		config.Providers = nil
		if err := json.NewDecoder(in).Decode(&config); err != nil {
			return config, fmt.Errorf("read the configuration: %w", err)
		}
		return config, nil
	}
	for name, f := range flags {
		if f.latency == "off" {
			continue
		}
		p, err := scenario.ParseProvider("--"+name, name, f.latency)
		if err != nil {
			return config, err
		}
		if f.errorRate < 0 || f.errorRate > 1 {
			return config, fmt.Errorf("--%s-errors %v: a share from 0 to 1", name, f.errorRate)
		}
		if f.errorRate > 0 {
			p.ErrorRate = f.errorRate
		}
		config.Providers[name] = p.Behaviour()
	}
	return config, nil
}
