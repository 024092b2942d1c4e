package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"text/template"
)

//go:embed starter
var starter embed.FS

// workflowFile is where GitHub looks for it.
const workflowFile = ".github/workflows/notifybench.yml"

// starterFile is one file that init writes; its path is below the folder, with slashes.
type starterFile struct{ path, text string }

// starterFiles makes the files from their templates. ours are <% %>, since YAML, Go and
// GitHub have every bracket taken.
func starterFiles(found surroundings, workflow bool) ([]starterFile, error) {
	templates, err := template.New("").Delims("<%", "%>").ParseFS(starter, "starter/*")
	if err != nil {
		return nil, fmt.Errorf("read the templates: %w", err)
	}
	list := []struct{ template, path string }{
		{"server.yaml", "notifybench/servers/" + found.Name + "/server.yaml"},
		{"scenario.yaml", "notifybench/scenario.yaml"},
		{"gate.yaml", "notifybench/gate.yaml"},
		{"README.md", "notifybench/README.md"},
	}
	if workflow {
		list = append(list, struct{ template, path string }{"workflow.yml", workflowFile})
	}
	var files []starterFile
	for _, f := range list {
		var text bytes.Buffer
		if err := templates.ExecuteTemplate(&text, f.template, found); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.path, err)
		}
		files = append(files, starterFile{f.path, text.String()})
	}
	return files, nil
}

// refuseToOverwrite names everything that is in the way.
func refuseToOverwrite(root *os.Root, files []starterFile) error {
	var there []string
	for _, f := range files {
		_, err := root.Lstat(f.path)
		switch {
		case err == nil:
			there = append(there, f.path)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("nothing was written: %w", err)
		}
	}
	if len(there) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was written, for it would overwrite\n  %s\nmove that away, or name another folder",
		strings.Join(there, "\n  "))
}

// writeAll writes every file, or takes back what it wrote.
func writeAll(root *os.Root, files []starterFile) (err error) {
	var made []string
	defer func() {
		if err == nil {
			return
		}
		for i := len(made) - 1; i >= 0; i-- {
			err = errors.Join(err, root.Remove(made[i]))
		}
		err = fmt.Errorf("nothing was written: %w", err)
	}()
	for _, f := range files {
		if made, err = makeFolders(root, path.Dir(f.path), made); err != nil {
			return err
		}
		if err = writeNew(root, f, &made); err != nil {
			return err
		}
	}
	return nil
}

// makeFolders makes a folder and those above it, and adds the new ones to made.
func makeFolders(root *os.Root, dir string, made []string) ([]string, error) {
	sofar := ""
	for part := range strings.SplitSeq(dir, "/") {
		sofar = path.Join(sofar, part)
		err := root.Mkdir(sofar, 0o755)
		if err == nil {
			made = append(made, sofar)
		} else if !errors.Is(err, fs.ErrExist) {
			return made, err
		}
	}
	return made, nil
}

// writeNew writes a file that must not be there.
func writeNew(root *os.Root, f starterFile, made *[]string) error {
	file, err := root.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	*made = append(*made, f.path)
	_, err = file.WriteString(f.text)
	return errors.Join(err, file.Close())
}
