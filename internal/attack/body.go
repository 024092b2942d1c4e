package attack

import (
	"fmt"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
)

// users is how many different recipients the notifications go to.
const users = 100_000

// body writes the notification of slot k.
type body struct{ channels []string }

// append appends the JSON of notification k to dst.
func (b body) append(dst []byte, k uint64) []byte {
	user := k % users
	dst = append(dst, `{"subject":"Your order has shipped`...)
	dst = contract.AppendTag(dst, k)
	dst = append(dst, `","message":"Parcel on its way, arriving tomorrow`...)
	dst = contract.AppendTag(dst, k)
	dst = append(dst, '"')
	for _, c := range b.channels {
		dst = appendAddress(dst, c, user)
	}
	dst = append(dst, `,"channels":[`...)
	for i, c := range b.channels {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendQuote(dst, c)
	}
	return append(dst, `]}`...)
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
