package contract

import "fmt"

// User is one row of the seeded users.
type User struct {
	ID          int64
	Name        string
	Email       string
	Phone       string
	DeviceToken string
	OptedOut    []string // channels
}

// SeededUsers is how many users every store begins with, numbered from 0: all of
// them can be reached on every channel. A generator that spreads its notifications
// over them meets no hot row.
const SeededUsers = 100_000

// Users beyond the seeded ones, with something about them that services trip over.
const (
	UserWithoutSMS   = SeededUsers     // has opted out of SMS
	UserWithoutAny   = SeededUsers + 1 // has opted out of everything
	UserWithoutPhone = SeededUsers + 2 // has given no phone number
	userCount        = SeededUsers + 3
)

// SeedUser is user n as every store begins with it; ok is false where there is none.
func SeedUser(n int64) (u User, ok bool) {
	if n < 0 || n >= userCount {
		return User{}, false
	}
	u = User{
		ID: n, Name: fmt.Sprintf("User %d", n), Email: fmt.Sprintf("user%d@example.com", n),
		Phone: fmt.Sprintf("+1555%07d", n), DeviceToken: fmt.Sprintf("device-%08d", n),
	}
	switch n {
	case UserWithoutSMS:
		u.OptedOut = []string{SMS}
	case UserWithoutAny:
		u.OptedOut = Channels()
	case UserWithoutPhone:
		u.Phone = ""
	}
	return u, true
}
