package contract

import (
	"strconv"
	"strings"
)

// ProbeBase is the first k that is not load but a check of the harness: the
// providers answer such calls at once and leave them out of their statistics.
const ProbeBase = uint64(1) << 40

// Tag appends the identity " #<k>" to a subject or message. Every service passes
// both on unchanged, and that is how the providers know the notification, in
// any wire format and from any server.
func Tag(text string, k uint64) string { return string(AppendTag([]byte(text), k)) }

// AppendTag is Tag on a byte slice.
func AppendTag(dst []byte, k uint64) []byte {
	dst = append(dst, ' ', '#')
	return strconv.AppendUint(dst, k, 10)
}

// ParseTag reads k from the end of a subject or message; ok is false where
// there is none.
func ParseTag(text string) (k uint64, ok bool) {
	i := strings.LastIndexByte(text, '#')
	if i < 1 || text[i-1] != ' ' {
		return 0, false
	}
	k, err := strconv.ParseUint(text[i+1:], 10, 64)
	return k, err == nil
}
