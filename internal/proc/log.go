package proc

import (
	"os"
	"strings"
)

// tailLines is how much of a log is quoted.
const tailLines = 20

// LogTail is the end of what a process has written into a file; empty where there is
// nothing.
func LogTail(path string) string {
	log, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return tail(log)
}

// tail is the end of a log.
func tail(log []byte) string {
	lines := strings.Split(strings.TrimRight(string(log), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
