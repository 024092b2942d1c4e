package sample

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Listener finds the process that listens at a TCP address of this machine, be it at
// that address alone or at every one. Of processes that share the socket it is the
// one from which the others descend. Those of other users are seen by root alone.
func Listener(at netip.AddrPort) (pid int, err error) {
	inodes, err := listening(at)
	if err != nil {
		return 0, fmt.Errorf("find who listens at %v: %w", at, err)
	}
	held, err := holders(inodes)
	if err != nil {
		return 0, fmt.Errorf("find who listens at %v: %w", at, err)
	}
	if held = eldest(held, parent); len(held) != 1 {
		return 0, fmt.Errorf("find who listens at %v: %d processes do", at, len(held))
	}
	return held[0], nil
}

// Program is the name of the program that a process runs, as the kernel keeps it: of
// 15 characters at most; empty: it has gone.
func Program(pid int) string {
	name, err := os.ReadFile(procFile(pid, "comm"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}

// listening lists the inodes of the sockets that take connections to an address:
// several where they share a port.
func listening(at netip.AddrPort) (inodes []string, err error) {
	best := 0
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		err := eachListening(name, func(local netip.AddrPort, inode string) {
			fit := fits(local, at)
			if fit > best {
				best, inodes = fit, nil
			}
			if fit > 0 && fit == best {
				inodes = append(inodes, inode)
			}
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // a kernel without IPv6 has one file
			return nil, err
		}
	}
	if len(inodes) == 0 {
		return nil, ErrNoListener
	}
	return inodes, nil
}

// eachListening reads the listening sockets of a list, which stand before all others:
// those can be very many.
func eachListening(name string, each func(local netip.AddrPort, inode string)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Scan() // the titles
	for lines.Scan() {
		local, inode, ok := readListening(lines.Bytes())
		if !ok {
			return nil
		}
		each(local, inode)
	}
	return lines.Err()
}

// fits says how closely a socket fits an address, 0: not at all. The kernel gives a
// connection to the closest.
func fits(local, at netip.AddrPort) int {
	want, have := at.Addr().Unmap(), local.Addr().Unmap()
	switch {
	case local.Port() != at.Port():
		return 0
	case have == want:
		return 3
	case have.IsUnspecified() && have.Is4() == want.Is4():
		return 2
	case have.IsUnspecified() && want.Is4(): // [::] takes IPv4 too
		return 1
	}
	return 0
}

// readListening reads a line of /proc/net/tcp or tcp6, if it is of a listening socket.
func readListening(line []byte) (local netip.AddrPort, inode string, ok bool) {
	const address, state, number, listen = 1, 3, 9, "0A"
	f := bytes.Fields(line)
	if len(f) <= number || string(f[state]) != listen {
		return local, "", false
	}
	host, port, _ := bytes.Cut(f[address], []byte(":"))
	raw, err1 := hex.DecodeString(string(host))
	p, err2 := strconv.ParseUint(string(port), 16, 16)
	if err1 != nil || err2 != nil || len(raw)%4 != 0 {
		return local, "", false
	}
	// The kernel prints an address as numbers of four bytes, in its own order of bytes.
	for word := raw; len(word) > 0; word = word[4:] {
		binary.NativeEndian.PutUint32(word, binary.BigEndian.Uint32(word))
	}
	ip, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(ip, uint16(p)), string(f[number]), ok
}

// holders lists the processes that hold one of the sockets.
func holders(inodes []string) (pids []int, err error) {
	dirs, err := filepath.Glob("/proc/[0-9]*/fd")
	if err != nil {
		return nil, err
	}
	found, hidden := map[string]bool{}, false
	for _, dir := range dirs {
		files, err := os.ReadDir(dir)
		hidden = hidden || errors.Is(err, fs.ErrPermission)
		holds := false
		for _, file := range files {
			to, _ := os.Readlink(filepath.Join(dir, file.Name())) // closed meanwhile
			inode, ok := strings.CutPrefix(to, "socket:[")
			if inode = strings.TrimSuffix(inode, "]"); ok && slices.Contains(inodes, inode) {
				holds, found[inode] = true, true
			}
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); holds && err == nil {
			pids = append(pids, pid)
		}
	}
	switch {
	case len(found) == len(inodes):
		return pids, nil
	case hidden:
		return nil, errors.New("what processes of other users have open is not shown to this one")
	}
	return nil, errors.New("no process that is seen from here has the socket open")
}

// eldest keeps the processes that descend from no other of them. The first process of
// a system holds sockets for others: it is no service.
func eldest(pids []int, parent func(int) int) (roots []int) {
	if len(pids) > 1 {
		pids = slices.DeleteFunc(slices.Clone(pids), func(pid int) bool { return pid == 1 })
	}
	for _, pid := range pids {
		above := parent(pid)
		for above > 0 && !slices.Contains(pids, above) {
			above = parent(above)
		}
		if above <= 0 {
			roots = append(roots, pid)
		}
	}
	return roots
}

// parent is the process that started one, or took it over; 0: none, or not known.
func parent(pid int) int {
	data, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		return 0
	}
	// pid (command) state parent …; the command may hold anything
	if f := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:]); len(f) > 1 {
		return int(number(f[1]))
	}
	return 0
}
