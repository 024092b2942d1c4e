//go:build linux

package sample

import "testing"

func TestMemory(t *testing.T) {
	idler, _ := play(t, "idler")
	idle, err := NewTree(idler, noOrphans).Memory()
	if err != nil {
		t.Fatal(err)
	}
	holder, _ := play(t, "holder")
	m, err := NewTree(holder, noOrphans).Memory()
	if err != nil {
		t.Fatal(err)
	}
	if more := int64(m.PSS) - int64(idle.PSS); more < held*9/10 || more > held*11/10 || m.HWM < held {
		t.Errorf("PSS %d (%d more than idle) and HWM %d of a process that holds %d", m.PSS, more, m.HWM, held)
	}
	if m.Processes != 1 || m.Threads < 1 || m.Files < 3 {
		t.Errorf("%+v", m)
	}
	if m.PSSFile == nil || idle.PSSFile == nil {
		t.Skip("the kernel does not tell what is of files")
	}
	// What it holds is of no file; the program that both run is.
	if more := int64(m.PSS-*m.PSSFile) - int64(idle.PSS-*idle.PSSFile); *m.PSSFile == 0 || more < held*9/10 || more > held*11/10 {
		t.Errorf("%d of %d bytes are of files, and %d more than idle are not, of a process that holds %d", *m.PSSFile, m.PSS, more, held)
	}
}

func TestLookup(t *testing.T) {
	data := []byte("Pss:   17 kB\nPss_File:   4 kB\nPss_Shmem: 0 kB\n")
	for name, want := range map[string]uint64{"Pss:": 17, "Pss_File:": 4, "Pss_Shmem:": 0} {
		if n, ok := lookup(data, name); !ok || n != want {
			t.Errorf("%s %d %v", name, n, ok)
		}
	}
	if n, ok := lookup(data, "Pss_Anon:"); ok || n != 0 {
		t.Errorf("what is not there is %d", n)
	}
}
