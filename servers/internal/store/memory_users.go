package store

import (
	"math"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// userTable holds the seeded users. Their texts are cut from one string, so that the
// garbage collector finds one object here, not half a million: its cost would be that
// of the table and not of the style that is measured.
type userTable struct {
	text     string
	ends     []uint32 // where the texts end, userTexts for each user
	optedOut map[int64][]string
}

const (
	userTexts = 4  // of a user: name, email, phone and device token
	userBytes = 60 // of them together, about
)

func newUserTable() *userTable {
	t := &userTable{ends: make([]uint32, 0, (contract.SeededUsers+10)*userTexts), optedOut: make(map[int64][]string)}
	var all strings.Builder
	all.Grow((contract.SeededUsers + 10) * userBytes)
	for n := int64(0); ; n++ {
		u, ok := contract.SeedUser(n)
		if !ok {
			break
		}
		for _, text := range [userTexts]string{u.Name, u.Email, u.Phone, u.DeviceToken} {
			all.WriteString(text)
			t.ends = append(t.ends, uint32(min(all.Len(), math.MaxUint32)))
		}
		if u.OptedOut != nil {
			t.optedOut[n] = u.OptedOut
		}
	}
	t.text = all.String()
	return t
}

func (t *userTable) user(id int64) (contract.User, error) {
	if id < 0 || id >= int64(len(t.ends)/userTexts) {
		return contract.User{}, ErrNotFound
	}
	var texts [userTexts]string
	at := int(id) * userTexts
	for i := range texts {
		begin := uint32(0)
		if at+i > 0 {
			begin = t.ends[at+i-1]
		}
		texts[i] = t.text[begin:t.ends[at+i]]
	}
	return contract.User{
		ID: id, Name: texts[0], Email: texts[1], Phone: texts[2], DeviceToken: texts[3],
		OptedOut: slices.Clone(t.optedOut[id]),
	}, nil
}
