package attack

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
)

// users is how many different recipients the notifications go to.
const users = contract.SeededUsers

// Form is what every notification of a cell has in common.
type Form struct {
	// Method is GET or, empty or not, POST; a GET has no body.
	Method   string
	Channels []string // none: no provider is called
	// Users says that a notification names a user instead of carrying addresses.
	Users bool
	// Devices is how many devices a push notification goes to; up to 1: one, by device_token.
	Devices int
}

// method is that of the requests.
func (f Form) method() string { return cmp.Or(f.Method, http.MethodPost) }

// bare says that there is no body.
func (f Form) bare() bool { return f.Method == http.MethodGet }

// append appends the JSON of notification k to dst.
func (f Form) append(dst []byte, k uint64) []byte {
	if f.bare() {
		return dst
	}
	dst = append(dst, `{"subject":"Your order has shipped`...)
	dst = contract.AppendTag(dst, k)
	dst = append(dst, `","message":"Parcel on its way, arriving tomorrow`...)
	dst = contract.AppendTag(dst, k)
	dst = append(dst, '"')
	dst = f.appendRecipient(dst, k)
	dst = append(dst, `,"channels":[`...)
	for i, c := range f.Channels {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendQuote(dst, c)
	}
	return append(dst, `]}`...)
}

func (f Form) appendRecipient(dst []byte, k uint64) []byte {
	if f.Users {
		dst = append(dst, `,"user_id":"`...)
		return append(strconv.AppendUint(dst, scatter(k%users), 10), '"')
	}
	for _, c := range f.Channels {
		if c == contract.Push && f.Devices > 1 {
			dst = appendDevices(dst, k%users, f.Devices)
			continue
		}
		dst = appendAddress(dst, c, k%users)
	}
	return dst
}

func appendAddress(dst []byte, channel string, user uint64) []byte {
	switch channel {
	case contract.Email:
		return fmt.Appendf(dst, `,"email":"user%d@example.com"`, user)
	case contract.SMS:
		return fmt.Appendf(dst, `,"phone":"+1555%07d"`, user)
	default:
		return fmt.Appendf(dst, `,"device_token":"device-%08d"`, user)
	}
}

func appendDevices(dst []byte, user uint64, devices int) []byte {
	dst = append(dst, `,"device_tokens":[`...)
	for i := range devices {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = fmt.Appendf(dst, `"device-%08d-%d"`, user, i)
	}
	return append(dst, ']')
}

// userBits is the length in bits of the smallest power of two that is not below
// the number of users.
const userBits = 17

// scatter is a permutation of the users: neighbours in time are no neighbours in a
// table or an index, and nobody comes twice before everybody has come once. It
// permutes the numbers of userBits bits, every step of which can be undone, until it
// meets a user again.
func scatter(n uint64) uint64 {
	const mask = 1<<userBits - 1
	for {
		n ^= n >> 9
		n = n * 0x1a2b5 & mask // odd
		n ^= n >> 7
		n = (n*0x0f351 + 0x5555) & mask
		n ^= n >> 8
		if n < users {
			return n
		}
	}
}

// appendKey appends the header line of the idempotency key of notification k; none
// without a prefix, which tells cells apart.
func appendKey(dst []byte, prefix string, k uint64) []byte {
	if prefix == "" {
		return dst
	}
	dst = append(append(append(dst, contract.HeaderIdempotencyKey...), ": "...), prefix...)
	return append(strconv.AppendUint(append(dst, '-'), k, 10), "\r\n"...)
}
