package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/doctor"
	"github.com/notifybench/notifybench/internal/plan"
)

// How long the machine is tested.
const (
	doctorTest      = 5 * time.Second
	doctorQuickTest = time.Second
)

func doctorCommand() *cobra.Command {
	var s selection
	var asJSON, quick bool
	c := &cobra.Command{
		Use: "doctor [SCENARIO]", Short: "whether this machine, or a scenario on it, can be measured honestly",
		Long: "Says what it found on this machine, what that means for results, and what mends it.\n" +
			"It tests the machine for 5 s and wants it idle. Exit 4 where results would not be honest.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(fmt.Errorf("takes one scenario, got %d arguments", len(args)))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			m, need, err := s.need(args)
			if err != nil {
				return err
			}
			length := doctorTest
			if quick {
				length = doctorQuickTest
			}
			facts, err := doctor.Look(c.Context(), os.DirFS("/"), m, length)
			if err != nil {
				return err
			}
			facts.Need = need
			return diagnose(c, doctor.Judge(facts), asJSON)
		},
	}
	c.Flags().StringArrayVar(&s.servers, "servers", nil, "more servers: `DIR` (repeatable)")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().BoolVar(&quick, "quick", false, "test the machine for 1 s only: too short for rare stalls")
	return c
}

// need is the machine, and what a scenario, where one is named, asks of it.
func (s *selection) need(args []string) (plan.Machine, *doctor.Need, error) {
	m, err := lookAtMachine()
	if err != nil || len(args) == 0 {
		return m, nil, err
	}
	sc, err := s.scenario(args[0])
	if err != nil {
		return m, nil, usage(err)
	}
	servers, err := findServers(s.servers)
	if err != nil {
		return m, nil, usage(err)
	}
	roomy := m
	roomy.Files = 0 // a limit that is too low is a finding here
	p, err := plan.Make(sc, servers, roomy, 1)
	if err != nil {
		return m, nil, usage(err)
	}
	return m, doctor.NeedOf(p), nil
}

// diagnose prints a report; it is an error where results would not be honest.
func diagnose(c *cobra.Command, r doctor.Report, asJSON bool) error {
	var err error
	if asJSON {
		enc := json.NewEncoder(c.OutOrStdout())
		enc.SetIndent("", " ")
		err = enc.Encode(r)
	} else {
		err = doctor.Print(c.OutOrStdout(), r)
	}
	if bad := r.Bad(); err == nil && len(bad) > 0 {
		return codedError{exitInvalid, fmt.Errorf("nothing can be measured honestly here: %s", strings.Join(bad, ", "))}
	}
	return err
}
