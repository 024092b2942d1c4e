// Package stamp is the witness of a load generator: an HTTP server that does
// nothing but note when each request was read, so that what a generator says of
// its own sends can be checked by somebody else.
//
// One thread waits for all connections and reads them, and stamps are taken at
// once after the wait: nothing is handed from goroutine to goroutine. Every POST
// is answered as a notification by email that was sent. Linux only.
package stamp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
)

// ErrUnsupported is returned where there is no epoll.
var ErrUnsupported = errors.New("arrivals can be stamped on Linux only")

// NoK stands for a request without " #<k>".
const NoK = -1

// Arrival is one request as the target saw it.
type Arrival struct {
	At int64 // wall clock, ns since 1970: comparable between processes of one machine
	K  int64 // the identity in the message, or NoK
}

// Write writes arrivals, a line each, for Read.
func Write(w io.Writer, arrivals []Arrival) error {
	out := bufio.NewWriter(w)
	var line []byte
	for _, a := range arrivals {
		line = strconv.AppendInt(line[:0], a.At, 10)
		line = strconv.AppendInt(append(line, ' '), a.K, 10)
		out.Write(append(line, '\n')) // the first error is Flush's
	}
	return out.Flush()
}

// Read reads what Write has written, up to the end.
func Read(r io.Reader) (arrivals []Arrival, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		at, k, ok := bytes.Cut(lines.Bytes(), []byte(" "))
		var a Arrival
		var err1, err2 error
		a.At, err1 = strconv.ParseInt(string(at), 10, 64)
		a.K, err2 = strconv.ParseInt(string(k), 10, 64)
		if !ok || err1 != nil || err2 != nil {
			return nil, fmt.Errorf("arrivals: line %d is %q instead of a time and a number", n, lines.Text())
		}
		arrivals = append(arrivals, a)
	}
	return arrivals, lines.Err()
}

// The two answers.
const (
	sent    = `{"id":"1","status":"sent","channels":{"email":{"status":"sent","attempts":0}}}`
	healthy = `{"status":"ok"}`
)

func answer(body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// message is one request at the start of a buffer.
type message struct {
	size   int // bytes, header and body
	health bool
	k      int64
}

// next finds the request at the start of data; ok is false while it is incomplete.
func next(data []byte) (m message, ok bool) {
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end < 0 {
		return m, false
	}
	head := data[:end+2]
	m.size = end + 4 + contentLength(head)
	if len(data) < m.size {
		return m, false
	}
	m.health = bytes.HasPrefix(head, []byte("GET "+contract.PathHealth+" "))
	m.k = identity(data[end+4 : m.size])
	return m, true
}

// contentLength reads the header of that name; 0 where there is none.
func contentLength(head []byte) int {
	const name = "\r\ncontent-length:"
	for i := bytes.IndexByte(head, '\r'); i >= 0 && i+len(name) < len(head); {
		if bytes.EqualFold(head[i:i+len(name)], []byte(name)) {
			digits, _, _ := bytes.Cut(head[i+len(name):], []byte("\r"))
			n, err := strconv.Atoi(string(bytes.TrimSpace(digits)))
			if err != nil || n < 0 {
				return 0
			}
			return n
		}
		more := bytes.IndexByte(head[i+1:], '\r')
		if more < 0 {
			return 0
		}
		i += 1 + more
	}
	return 0
}

// identity is the k of the first " #<k>" in a body that ends a JSON string.
func identity(body []byte) int64 {
	for rest := body; ; {
		_, after, found := bytes.Cut(rest, []byte(" #"))
		if !found {
			return NoK
		}
		digits, _, closed := bytes.Cut(after, []byte(`"`))
		if k, err := strconv.ParseInt(string(digits), 10, 64); closed && err == nil && k >= 0 {
			return k
		}
		rest = after
	}
}
