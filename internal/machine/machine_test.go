package machine

import (
	"reflect"
	"testing"
	"testing/fstest"
)

func files(pairs ...string) fstest.MapFS {
	root := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		root[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return root
}

func TestRead(t *testing.T) {
	f := Read(files(
		"proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast CPU\nflags\t\t: fpu hypervisor\nprocessor\t: 1\nmodel name\t: Slow CPU\n",
		"proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n",
		"proc/sys/kernel/osrelease", "6.1.0\n",
		"proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n",
		"proc/sys/net/ipv4/tcp_tw_reuse", "2\n",
		"proc/sys/net/core/somaxconn", "4096\n",
		"proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n",
		"proc/net/sockstat", "sockets: used 10\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1\n",
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n",
		"sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n",
		"sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance\n",
	))
	if f.CPU != "Fast CPU" || !f.Hypervisor || f.Kernel != "6.1.0" || f.MemoryBytes != 16<<20 {
		t.Errorf("%+v", f)
	}
	if f.Ports.String() != "32768-60999" || f.Ports.Count() != 28232 || *f.TWReuse != 2 || *f.Somaxconn != 4096 ||
		*f.SynBacklog != 512 || *f.TimeWait != 12 || !reflect.DeepEqual(f.Governors, []string{"performance", "powersave"}) {
		t.Errorf("%+v", f)
	}
}

// A system that has none of these files, or nonsense in them, is not known.
func TestReadNothing(t *testing.T) {
	nonsense := files("proc/sys/net/ipv4/ip_local_port_range", "9 1", "proc/meminfo", "MemTotal: much",
		"proc/net/sockstat", "TCP: tw", "proc/self/cgroup", "0::/\nx", "sys/fs/cgroup/cpu.max", "0 0",
		"sys/fs/cgroup/memory.max", "max")
	for _, root := range []fstest.MapFS{{}, nonsense} {
		if f := Read(root); !reflect.DeepEqual(f, Facts{}) {
			t.Errorf("%+v", f)
		}
	}
}

func TestCgroup(t *testing.T) {
	for _, c := range []struct {
		name   string
		root   fstest.MapFS
		cores  float64 // 0: no limit
		memory uint64
	}{
		{"none", files("proc/self/cgroup", "0::/\n", "sys/fs/cgroup/cpu.max", "max 100000\n"), 0, 0},
		{"version 2, of the container", files("proc/self/cgroup", "0::/\n", "sys/fs/cgroup/cpu.max", "150000 100000\n",
			"sys/fs/cgroup/memory.max", "1073741824\n"), 1.5, 1 << 30},
		{"version 2, the lower of a group and the one around it", files("proc/self/cgroup", "0::/a/b\n",
			"sys/fs/cgroup/a/cpu.max", "50000 100000\n", "sys/fs/cgroup/a/b/cpu.max", "200000 100000\n"), 0.5, 0},
		{"version 1", files("proc/self/cgroup", "4:cpu,cpuacct:/a\n5:memory:/a\n",
			"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "300000\n", "sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes", "4096\n"), 3, 4096},
		{"version 1, path not visible", files("proc/self/cgroup", "4:cpu:/docker/123\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"), 1, 0},
		{"version 1 without limits", files("proc/self/cgroup", "4:cpu:/\n5:memory:/\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"), 0, 0},
	} {
		got := Read(c.root).Cgroup
		if (got.CPU == nil) != (c.cores == 0) || got.CPU != nil && *got.CPU != c.cores {
			t.Errorf("%s: cores %v, want %v", c.name, got.CPU, c.cores)
		}
		if (got.Memory == nil) != (c.memory == 0) || got.Memory != nil && *got.Memory != c.memory {
			t.Errorf("%s: memory %v, want %v", c.name, got.Memory, c.memory)
		}
	}
}

func FuzzReadCgroup(f *testing.F) {
	f.Add("0::/a\n", "200000 100000", "max")
	f.Fuzz(func(t *testing.T, groups, cpu, memory string) {
		c := Read(files("proc/self/cgroup", groups, "sys/fs/cgroup/cpu.max", cpu, "sys/fs/cgroup/memory.max", memory)).Cgroup
		if c.CPU != nil && !(*c.CPU > 0) {
			t.Errorf("%v cores", *c.CPU)
		}
	})
}
