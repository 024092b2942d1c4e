package doctor

import "fmt"

// cores: a server needs cores that generator and providers do not disturb.
func cores(f *Facts) []Finding {
	n := len(f.CPUs)
	found := fmt.Sprintf("%d usable", n)
	switch {
	case n == 0:
		return unknown("the usable cores are not known here")
	case n == 1 && f.Need != nil && f.Need.Pinned:
		return one(Finding{Level: Bad, Found: found,
			Means:   "scenario " + f.Need.Scenario + " keeps the server's cores free of the load, which takes two",
			Command: "write isolation: shared, or use a machine with more cores"})
	case n == 1:
		return one(Finding{Level: Note, Found: found, Means: "server, generator and providers take turns: each slows the others"})
	case !f.CanPin:
		return one(Finding{Level: Note, Found: found, Means: "processes cannot be bound to cores on this system: all share them"})
	case f.physical() == 1:
		return one(Finding{Level: Note, Found: found + ", threads of one physical core",
			Means: "server and load slow each other though they have a thread each"})
	case f.physical() < n:
		return one(Finding{Level: OK, Found: fmt.Sprintf("%s, threads of %d physical cores", found, f.physical()),
			Means: "threads of one core stay on one side"})
	}
	return one(Finding{Level: OK, Found: found, Means: "server and load have cores of their own"})
}

// physical counts the physical cores; one that names none counts by itself.
func (f *Facts) physical() int {
	names := map[string]bool{}
	for _, cpu := range f.CPUs {
		name := f.Siblings[cpu]
		if name == "" {
			name = fmt.Sprint(cpu)
		}
		names[name] = true
	}
	return len(names)
}
