package metric

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

func TestOtherWork(t *testing.T) {
	const n = 1000
	sent := func(bytes uint64) channelTally {
		c := called(contract.SMS, n, 0)
		c.bytes = bytes * n
		return c
	}
	honest := worked("honest", n, called(contract.Email, n, 0), sent(40))
	for _, c := range []struct {
		other Row
		want  string
		known bool
	}{
		{honest, "", true},
		{worked("a little", n, called(contract.Email, n+15, 0), sent(41)), "", true},
		{worked("twice", n, called(contract.Email, 2*n, 0), sent(40)), "made 1.00 and 2.00 email calls per notification", true},
		{worked("none", n, called(contract.Email, 0, 0), sent(40)), "made 1.00 and 0.00 email calls per notification", true},
		{worked("bodies", n, called(contract.Email, n, 0), sent(90)), "sent 40 and 90 bytes a call to sms", true},
		{worked("one", n, called(contract.Email, n, 0)), "called 2 providers and 1 provider", true},
		{worked("another", n, called(contract.Email, n, 0), called(contract.Push, n, 0)), "called sms and push", true},
		{worked("unknown", 0, called(contract.Email, 0, 0), sent(40)), "", false},
	} {
		if got, known := OtherWork(&honest.Audit, &c.other.Audit); got != c.want || known != c.known {
			t.Errorf("%s: %q %v, want %q %v", c.other.Subject, got, known, c.want, c.known)
		}
	}
	if words, known := OtherWork(&Audit{}, &Audit{}); words != "" || !known {
		t.Errorf("where nobody calls a provider, nothing can differ: %q %v", words, known)
	}
}

// Whatever two rows did, either differs from the other or neither does.
func TestOtherWorkIsMutual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Row {
			calls := rapid.Uint64Range(0, 3000).Draw(t, name)
			return worked(name, 1000, called(contract.Email, calls, rapid.Uint64Range(0, 20).Draw(t, name+" failed")))
		}
		a, b := draw("a"), draw("b")
		ab, known := OtherWork(&a.Audit, &b.Audit)
		ba, _ := OtherWork(&b.Audit, &a.Audit)
		if !known || (ab == "") != (ba == "") {
			t.Fatalf("%q and %q", ab, ba)
		}
		if words, _ := OtherWork(&a.Audit, &a.Audit); words != "" {
			t.Fatalf("a row differs from itself: %s", words)
		}
	})
}

func TestSigned(t *testing.T) {
	for want, got := range map[string]string{
		"±0": Share.Signed(0), "+0.30% points": Share.Signed(0.003), "-1.200 ms": Nanoseconds.Signed(-1.2e6),
		"+12.0 MiB": Bytes.Signed(12 << 20),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
