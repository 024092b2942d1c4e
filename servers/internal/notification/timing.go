package notification

import (
	"os"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// appendProcess ends a Server-Timing header with the process that answered.
func appendProcess(dst []byte, pid int) []byte {
	dst = append(dst, contract.TimingProcess+`;desc="`...)
	return append(strconv.AppendInt(dst, int64(pid), 10), '"')
}

// timingHeader is the Server-Timing of one answer: how long the request waited
// before work on it began, and the critical path of its calls. Where a call ended
// without saying how long the provider took, the path is left out: it is not known.
func timingHeader(queue, providers time.Duration, known bool) string {
	var room [96]byte
	b := contract.AppendMillis(append(room[:0], contract.TimingQueue+";dur="...), queue)
	if known {
		b = contract.AppendMillis(append(b, ", "+contract.TimingProviders+";dur="...), providers)
	}
	return string(appendProcess(append(b, ", "...), os.Getpid()))
}

// criticalPath is how long the providers alone would have taken: calls in sequence
// add up, of calls at once the longest counts.
func criticalPath(calls []call, sequential bool) (path time.Duration, known bool) {
	known = true
	for i := range calls {
		r := &calls[i].result
		known = known && r.Timed
		if sequential {
			path += r.Served
		} else {
			path = max(path, r.Served)
		}
	}
	return path, known
}
