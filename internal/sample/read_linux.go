package sample

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// userHz is the unit of the times in /proc/PID/stat: fixed at 100 for user space.
const userHz = 100

// ProcessCPU is the CPU time of one process, all threads, ended ones included.
func ProcessCPU(pid int) (time.Duration, error) {
	var ts unix.Timespec
	// CPUCLOCK_SCHED of another process, as clock_getcpuclockid(3) builds it.
	if err := unix.ClockGettime(int32((^pid<<3)|2), &ts); err != nil {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	return time.Duration(ts.Nano()), nil
}

// childrenCPU is what a process inherited from children it waited for. The
// kernel tells others only the whole ticks of it, of user and of system time:
// what it leaves out is one tick on average, at most two, and is put back. So it
// is right to ±10 ms, however many children there were.
func childrenCPU(pid int) time.Duration {
	data, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		return 0
	}
	// Fields are counted from behind the command, which may hold blanks.
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	const cutime, cstime = 13, 14
	if len(fields) <= cstime {
		return 0
	}
	ticks := number(fields[cutime]) + number(fields[cstime])
	if ticks > 0 {
		ticks++
	}
	return time.Duration(ticks) * time.Second / userHz
}

// Memory reads memory, threads and descriptors of the tree.
func (t *Tree) Memory() (m Memory, err error) {
	file, told := uint64(0), true
	for _, pid := range t.PIDs() {
		rollup, err := os.ReadFile(procFile(pid, "smaps_rollup"))
		if err != nil {
			continue // ended meanwhile
		}
		status, err := os.ReadFile(procFile(pid, "status"))
		if err != nil {
			continue
		}
		m.Processes++
		m.PSS += 1024 * field(rollup, "Pss:")
		kib, known := lookup(rollup, "Pss_File:")
		file, told = file+1024*kib, told && known
		m.HWM += 1024 * field(status, "VmHWM:")
		m.Threads += int(field(status, "Threads:"))
		files := countFiles(pid)
		m.Files += files
		m.FilesMost = max(m.FilesMost, files)
		if limit := filesLimit(pid); limit > 0 && (m.FilesLimit == 0 || limit < m.FilesLimit) {
			m.FilesLimit = limit
		}
	}
	if m.Processes == 0 {
		return m, fmt.Errorf("process %d has gone", t.root)
	}
	if told {
		m.PSSFile = &file
	}
	return m, nil
}

// Switches counts the context switches of all living threads of the tree.
func (t *Tree) Switches() (n uint64, err error) {
	for _, pid := range t.PIDs() {
		files, err := filepath.Glob(procFile(pid, "task", "*", "status"))
		if err != nil {
			return 0, err
		}
		for _, f := range files {
			if data, err := os.ReadFile(f); err == nil {
				n += field(data, "voluntary_ctxt_switches:") + field(data, "nonvoluntary_ctxt_switches:")
			}
		}
	}
	return n, nil
}

func countFiles(pid int) int {
	var st unix.Stat_t
	dir := procFile(pid, "fd")
	// Since Linux 6.2 the size of the folder is the number of its entries.
	if unix.Stat(dir, &st) == nil && st.Size > 0 {
		return int(st.Size)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	return len(entries)
}

func procFile(pid int, parts ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(pid)}, parts...)...)
}

// field is the number behind a name at the start of a line; 0 where there is none.
func field(data []byte, name string) uint64 {
	n, _ := lookup(data, name)
	return n
}

// lookup is field, and whether there is one.
func lookup(data []byte, name string) (n uint64, ok bool) {
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			if f := bytes.Fields(rest); len(f) > 0 {
				return number(f[0]), true
			}
		}
	}
	return 0, false
}

func number(digits []byte) uint64 {
	n, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// filesLimit is the soft limit of open descriptors of a process; 0: not known.
func filesLimit(pid int) uint64 {
	var l unix.Rlimit
	if unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &l) != nil {
		return 0
	}
	return l.Cur
}
