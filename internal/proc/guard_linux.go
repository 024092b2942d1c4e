package proc

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepareGuard makes this process the subreaper of its descendants and returns
// the cores it may use.
func prepareGuard() ([]int, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("become subreaper: %w", err)
	}
	return UsableCPUs()
}

func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// UsableCPUs lists the cores this thread may run on.
func UsableCPUs() ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, fmt.Errorf("read cores: %w", err)
	}
	var cpus []int
	for i := range len(set) * 64 {
		if set.IsSet(i) {
			cpus = append(cpus, i)
		}
	}
	return cpus, nil
}

// Siblings names the physical core of each core, by the list of its threads.
// What the system does not tell is left out.
func Siblings(cpus []int) map[int]string {
	names := map[int]string{}
	for _, cpu := range cpus {
		data, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
		if err == nil {
			names[cpu] = strings.TrimSpace(string(data))
		}
	}
	return names
}

// CanPin says whether processes can be bound to cores here.
const CanPin = true

// PinThread binds the calling thread, which must be locked, to cores.
func PinThread(cpus []int) error {
	set := cpuSet(cpus)
	return unix.SchedSetaffinity(0, &set)
}

// PinSelf binds every thread of this process to the cores; threads started
// later inherit them.
func PinSelf(cpus []int) error {
	set := cpuSet(cpus)
	for range 2 { // the second round catches threads born during the first
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("pin self: %w", err)
		}
		for _, t := range tasks {
			tid, err := strconv.Atoi(t.Name())
			if err == nil {
				err = unix.SchedSetaffinity(tid, &set)
			}
			if err != nil && err != unix.ESRCH {
				return fmt.Errorf("pin self: %w", err)
			}
		}
	}
	return nil
}

func cpuSet(cpus []int) (set unix.CPUSet) {
	for _, c := range cpus {
		set.Set(c)
	}
	return set
}

// descendants lists every living process below pid.
func descendants(pid int) (all []int) {
	for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
		kids := Children(queue[0])
		all = append(all, kids...)
		queue = append(queue, kids...)
	}
	return all
}

// Children lists the living children of a process; none where it has gone.
func Children(pid int) (kids []int) {
	// Every thread has its own list.
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if len(files) == 0 {
		return childrenByParent(pid)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for _, field := range strings.Fields(string(data)) {
			if kid, err := strconv.Atoi(field); err == nil {
				kids = append(kids, kid)
			}
		}
	}
	return kids
}

// childrenByParent asks every process for its parent: slow, for kernels built
// without CONFIG_PROC_CHILDREN.
func childrenByParent(pid int) (kids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		// pid (command) state parent …; the command may hold anything
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		kid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			kids = append(kids, kid)
		}
	}
	return kids
}

// maxRSS is the peak in bytes; the kernel counts kilobytes.
func maxRSS(u syscall.Rusage) uint64 { return uint64(u.Maxrss) << 10 }
