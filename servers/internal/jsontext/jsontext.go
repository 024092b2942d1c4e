// Package jsontext writes JSON by hand where it is on the path of every request:
// strings alone, as bytes appended to a slice. What is written is valid UTF-8 and
// JSON if the string was valid UTF-8.
package jsontext

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string: quotes, backslashes and control
// characters are escaped, all else stays as it is. s is valid UTF-8.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	begin := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[begin:i]...)
		dst = appendEscape(dst, c)
		begin = i + 1
	}
	dst = append(dst, s[begin:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
