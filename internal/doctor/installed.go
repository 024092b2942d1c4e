package doctor

import "strings"

// Program is something that some scenario or comparison uses.
type Program struct {
	Name    string
	For     string
	Path    string // empty: not installed
	Install string // the command that installs it
	names   []string
}

// programs is the registry: one line each.
func programs() []Program {
	return []Program{
		{Name: "Go", For: "building the servers", Install: "see go.dev/doc/install", names: []string{"go"}},
		{Name: "make", For: "the documented commands", Install: "sudo apt-get install make", names: []string{"make"}},
		{Name: "C compiler", For: "the race detector", Install: "sudo apt-get install gcc", names: []string{"cc", "gcc", "clang"}},
		{Name: "Python", For: "servers in Python", Install: "sudo apt-get install python3 python3-venv", names: []string{"python3"}},
		{Name: "PostgreSQL", For: "servers that keep a queue in it", Install: "sudo apt-get install postgresql", names: []string{"postgres", "psql"}},
		{Name: "Redis", For: "servers that keep a queue in it", Install: "sudo apt-get install redis-server", names: []string{"redis-server"}},
		{Name: "Chromium", For: "pictures of pages", Install: "sudo apt-get install chromium", names: []string{"chromium", "chromium-browser", "google-chrome"}},
		{Name: "wrk", For: "a second closed-loop generator", Install: "sudo apt-get install wrk", names: []string{"wrk"}},
		{Name: "vegeta", For: "a second open-loop generator", Install: "go install github.com/tsenart/vegeta/v12@v12.13.0", names: []string{"vegeta"}},
	}
}

// Find looks for every program; look is exec.LookPath.
func Find(look func(string) (string, error)) []Program {
	list := programs()
	for i := range list {
		for _, name := range list[i].names {
			if path, err := look(name); err == nil {
				list[i].Path = path
				break
			}
		}
	}
	return list
}

// installed: what is missing is never wrong, it only cannot be compared.
func installed(f *Facts) []Finding {
	var have []string
	var list []Finding
	for _, p := range f.Programs {
		if p.Path != "" {
			have = append(have, p.Name)
			continue
		}
		list = append(list, Finding{Level: Note, Found: p.Name + " is not installed", Means: "needed for " + p.For, Command: p.Install})
	}
	if len(have) > 0 {
		list = append([]Finding{{Level: OK, Found: strings.Join(have, ", ")}}, list...)
	}
	return list
}
