package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
)

// machine is what gives a machine away: its folders, and what stands in their place.
type machine struct{ folders []place }

type place struct{ path, stands string }

// thisMachine knows the checkout, the home folder and that of temporary files.
func thisMachine() (machine, error) {
	checkout, err := os.Getwd()
	if err != nil {
		return machine{}, err
	}
	list := []place{{checkout, "."}} // it may lie in one of the others
	if home, err := os.UserHomeDir(); err == nil {
		list = append(list, place{home, "~"})
	}
	return machine{append(list, place{os.TempDir(), "$TMPDIR"})}, nil
}

func (m machine) strip(data []byte) []byte {
	for _, f := range m.folders {
		if len(f.path) > 1 && bytes.Contains(data, []byte(f.path)) {
			whole := regexp.MustCompile(regexp.QuoteMeta(f.path) + `\b`)
			data = whole.ReplaceAllLiteral(data, []byte(f.stands))
		}
	}
	return data
}

// private are absolute paths that are of one machine, and names that clouds and home
// networks give to one. A text without any of the signs is not searched: it is long.
var private = []struct {
	signs   []string
	pattern *regexp.Regexp
}{
	{[]string{"/root/", "/home/", "/Users/", "/tmp/", "/var/", "/work/", "/mnt/", "/srv/", "/opt/"},
		regexp.MustCompile(`(^|[^\w./~$-])/(root|home|Users|tmp|var|work|mnt|srv|opt)/[^\s"'<>]*`)},
	{[]string{"ip-"}, regexp.MustCompile(`\bip-\d+-\d+-\d+-\d+\b`)},
	{[]string{".internal", ".local", ".lan"}, regexp.MustCompile(`\b[\w-]+\.(internal|local|localdomain|lan)\b`)},
}

// nameless is the error of a text that names a machine: line: what.
func nameless(data []byte) error {
	for _, p := range private {
		for _, sign := range p.signs {
			if !bytes.Contains(data, []byte(sign)) {
				continue
			}
			if at := p.pattern.FindIndex(data); at != nil {
				return named(data, at)
			}
			break
		}
	}
	if name, err := os.Hostname(); err == nil && len(name) > 4 && bytes.Contains(data, []byte(name)) { // a shorter one may be any word
		if at := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).FindIndex(data); at != nil {
			return named(data, at)
		}
	}
	return nil
}

func named(data []byte, at []int) error {
	line := 1 + bytes.Count(data[:at[0]], []byte("\n"))
	return fmt.Errorf("%d: names a machine or a folder of it: %s", line, bytes.TrimSpace(data[at[0]:at[1]]))
}
