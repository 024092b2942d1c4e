//go:build unix && !linux

package proc

import (
	"errors"
	"runtime"
	"syscall"
)

// Without subreapers a grandchild that leaves its process group can escape the
// guardian; children and their groups cannot.

func prepareGuard() ([]int, error) { return nil, nil }

func childAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// UsableCPUs lists the cores of the machine.
func UsableCPUs() ([]int, error) {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus, nil
}

// Siblings is not supported here: it knows of none.
func Siblings([]int) map[int]string { return nil }

// CanPin says whether processes can be bound to cores here.
const CanPin = false

// PinThread leaves the thread where it is: nothing can be bound here.
func PinThread([]int) error { return nil }

// PinSelf is not supported here.
func PinSelf([]int) error { return errors.ErrUnsupported }

func descendants(int) []int { return nil }

// Children is not supported here: it lists none.
func Children(int) []int { return nil }

// maxRSS is not told here: systems count it in different units.
func maxRSS(syscall.Rusage) uint64 { return 0 }
