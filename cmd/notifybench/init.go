package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/strict"
)

func initCommand() *cobra.Command {
	var name string
	var workflow bool
	c := &cobra.Command{
		Use: "init [DIR]", Short: "write a notifybench/ folder for a service of your own",
		Long: `Writes into DIR (default: here) a commented folder notifybench/ with which a service of
your own can be measured and gated: how it is built and started, what it is asked, and how
much worse a change may make it. Nothing that is there already is touched.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(fmt.Errorf("needs one folder at most, got %d arguments", len(args)))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return usage(initFolder(c.OutOrStdout(), dir, name, workflow))
		},
	}
	c.Flags().StringVar(&name, "name", "", "`NAME` of the service (default: that of its program)")
	c.Flags().BoolVar(&workflow, "workflow", false, "write .github/workflows/notifybench.yml as well")
	return c
}

// initFolder writes everything, or nothing, and says what to do next.
func initFolder(w io.Writer, dir, name string, workflow bool) error {
	if name != "" && (!strict.SimpleName(name) || len(name) > maxServiceName) {
		return fmt.Errorf("--name %q: write at most %d lower-case letters, digits and hyphens", name, maxServiceName)
	}
	found, err := lookAround(dir, name)
	if err != nil {
		return err
	}
	files, err := starterFiles(found, workflow)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open the folder to write into: %w", err)
	}
	defer root.Close()
	if err := refuseToOverwrite(root, files); err != nil {
		return err
	}
	if err := writeAll(root, files); err != nil {
		return err
	}
	sayNext(w, dir, found, files)
	return nil
}

// sayNext lists what was written and the commands that come next.
func sayNext(w io.Writer, dir string, found surroundings, files []starterFile) {
	fmt.Fprintln(w, "wrote")
	for _, f := range files {
		fmt.Fprintln(w, " ", filepath.Join(dir, filepath.FromSlash(f.path)))
	}
	server := "notifybench/servers/" + found.Name + "/server.yaml"
	fmt.Fprintln(w, "\nnext")
	if filepath.Clean(dir) != "." {
		fmt.Fprintf(w, "  cd %s\n", dir)
	}
	if found.Build == "" {
		fmt.Fprintf(w, "  edit %s: no Go program was found here, so it does not say yet how yours is built\n", server)
	}
	const scenario, servers = "notifybench/scenario.yaml", "--servers notifybench/servers"
	fmt.Fprintf(w, "  notifybench plan %s %s\n", scenario, servers)
	fmt.Fprintf(w, "  notifybench run %s %s\n", scenario, servers)
	fmt.Fprintf(w, "  notifybench gate --base origin/main --policy notifybench/gate.yaml %s\n", servers)
	if _, err := os.Stat(filepath.Join(dir, ".git")); errors.Is(err, os.ErrNotExist) && files[len(files)-1].path == workflowFile {
		fmt.Fprintf(w, "\nnote: %s is not the top of a git repository, and GitHub reads workflows from there only\n", dir)
	}
}
