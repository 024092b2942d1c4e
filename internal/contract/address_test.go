package contract

import "testing"

func TestBadAddress(t *testing.T) {
	for _, tt := range []struct {
		channel, address string
		want             bool
	}{
		{Email, "user@invalid.test", true},
		{Email, "user@INVALID.test", true},
		{Email, "user@not-invalid.test", false},
		{Email, "invalid.test", false},
		{Email, "unregistered-1", false},
		{SMS, "+15005550001", true},
		{SMS, "+150055500012", true},
		{SMS, "+15005550006", false},
		{Push, "unregistered-7", true},
		{Push, "device-unregistered-7", false},
		{"fax", "user@invalid.test", false},
	} {
		if got := BadAddress(tt.channel, tt.address); got != tt.want {
			t.Errorf("%s %s: %v", tt.channel, tt.address, got)
		}
	}
}

// TestSeededUsersCanBeReached: whoever spreads load over them meets no bad address.
func TestSeededUsersCanBeReached(t *testing.T) {
	for n := int64(0); ; n++ {
		u, ok := SeedUser(n)
		if !ok {
			if n < SeededUsers {
				t.Errorf("only %d users", n)
			}
			return
		}
		if BadAddress(Email, u.Email) || BadAddress(SMS, u.Phone) || BadAddress(Push, u.DeviceToken) {
			t.Fatalf("user %d has a bad address: %+v", n, u)
		}
	}
}
