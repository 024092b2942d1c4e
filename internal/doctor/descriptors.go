package doctor

import "fmt"

// few is a limit of open files that many scenarios exceed.
const few = 4096

// descriptors: each connection takes one.
func descriptors(f *Facts) []Finding {
	found := fmt.Sprintf("%d open files a process", f.Files)
	switch {
	case f.Files == 0:
		return unknown("the limit of open files is not known here")
	case f.Need != nil && f.Need.Files > f.Files:
		return one(Finding{Level: Bad, Found: found,
			Means:   fmt.Sprintf("scenario %s needs %d (%s)", f.Need.Scenario, f.Need.Files, f.Need.FilesWhy),
			Command: fmt.Sprintf("ulimit -n %d", f.Need.Files)})
	case f.Need == nil && f.Files < few:
		return one(Finding{Level: Note, Found: found, Means: "scenarios with many requests in flight are refused",
			Command: fmt.Sprintf("ulimit -n %d", 16*few)})
	}
	return one(Finding{Level: OK, Found: found})
}
