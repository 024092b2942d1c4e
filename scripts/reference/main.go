// Command reference renews the reference results: of a record it copies what is kept,
// of a set of claims (notifybench claims) its tables and all its records.
//
//	reference [-to results/reference] FOLDER...
//
// A record goes to a folder with the name of its scenario, a set of claims to claims/.
// What is there is replaced as a whole or not at all, and what has changed is printed.
// Kept is what a report can be read and rendered from; not the raw requests, ledgers,
// ticks, samples and logs. Nothing kept names a folder of this machine, or the machine.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	to := flag.String("to", filepath.Join("results", "reference"), "`DIR` of the reference results")
	flag.Parse()
	if err := run(os.Stdout, *to, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, to string, folders []string) error {
	if len(folders) == 0 {
		return errors.New("name the folder of a record (results/runs/…) or of a set of claims (results/claims/…)")
	}
	here, err := thisMachine()
	if err != nil {
		return err
	}
	all, err := kept(folders)
	if err != nil {
		return err
	}
	for i := range all { // all of them are sound before the first is replaced
		if err := all[i].read(here); err != nil {
			return err
		}
	}
	for i := range all {
		if err := all[i].replace(w, to); err != nil {
			return err
		}
	}
	return nil
}
