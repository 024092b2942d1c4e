package machine

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Cgroup holds the limits of the control groups that this process is in: the
// lowest of its own and those around it. Nil is no limit.
type Cgroup struct {
	CPU    *float64 // cores
	Memory *uint64  // bytes
}

// unlimited is what version 1 says, up to a page, where memory has no limit.
const unlimited = 1 << 62

// readCgroup reads the limits of version 2 and of version 1. In a container the
// kernel may name a path that is not visible: then the root of the tree is it.
func readCgroup(root fs.FS) (c Cgroup) {
	data, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return c
	}
	for entry := range strings.Lines(string(data)) {
		part := strings.SplitN(strings.TrimSpace(entry), ":", 3) // "0::/user.slice", "4:cpu,cpuacct:/a"
		if len(part) != 3 {
			continue
		}
		for _, dir := range upwards("sys/fs/cgroup", part[2]) {
			c.version2(root, dir)
		}
		for _, controller := range strings.Split(part[1], ",") {
			for _, dir := range upwards("sys/fs/cgroup/"+controller, part[2]) {
				c.version1(root, dir)
			}
		}
	}
	return c
}

// upwards lists the folder of a group and those of the groups around it.
func upwards(base, group string) []string {
	var dirs []string
	for at := path.Clean("/" + group); ; at = path.Dir(at) {
		dirs = append(dirs, path.Join(base, at))
		if at == "/" {
			return dirs
		}
	}
}

// version2 reads cpu.max ("200000 100000" or "max 100000") and memory.max.
func (c *Cgroup) version2(root fs.FS, dir string) {
	if quota, period, ok := strings.Cut(line(root, dir+"/cpu.max"), " "); ok {
		c.limitCPU(quota, period)
	}
	c.limitMemory(line(root, dir+"/memory.max"))
}

func (c *Cgroup) version1(root fs.FS, dir string) {
	c.limitCPU(line(root, dir+"/cpu.cfs_quota_us"), line(root, dir+"/cpu.cfs_period_us"))
	c.limitMemory(line(root, dir+"/memory.limit_in_bytes"))
}

// limitCPU takes a quota of microseconds per period; "max" and -1 are none.
func (c *Cgroup) limitCPU(quota, period string) {
	q, err := strconv.ParseFloat(quota, 64)
	p, bad := strconv.ParseFloat(period, 64)
	if err != nil || bad != nil || !(q > 0) || !(p > 0) {
		return
	}
	if cores := q / p; c.CPU == nil || cores < *c.CPU {
		c.CPU = &cores
	}
}

func (c *Cgroup) limitMemory(text string) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err == nil && n < unlimited && (c.Memory == nil || n < *c.Memory) {
		c.Memory = &n
	}
}
