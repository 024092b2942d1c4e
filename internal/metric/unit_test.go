package metric

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestUnitsPrint(t *testing.T) {
	check := func(u Unit, v float64, want string) {
		t.Helper()
		if got := u.Format(v); got != want {
			t.Errorf("%s of %v prints %q, want %q", u, v, got, want)
		}
	}
	check(Nanoseconds, 205.34e6, "205.3 ms")
	check(Nanoseconds, 108e3, "108.0 µs")
	check(Nanoseconds, 999.96e3, "1.000 ms")
	check(Nanoseconds, 2e9, "2.000 s")
	check(Nanoseconds, 12345e9, "12,345 s")
	check(Nanoseconds, 812, "812.0 ns")
	check(Nanoseconds, 0, "0 s")
	check(Nanoseconds, -3e3, "-3.000 µs")
	check(PerSecond, 11.34, "11.3 req/s")
	check(PerSecond, 9259.4, "9,259 req/s")
	check(PerSecond, 999.96, "1,000 req/s")
	check(Share, 0, "0%")
	check(Share, 0.00001, "<0.01%")
	check(Share, 0.0012, "0.12%")
	check(Share, 0.991, "99.1%")
	check(Share, 1.98, "198%")
	check(Bytes, 13.1*1024*1024, "13.1 MiB")
	check(Bytes, 1023.9*1024, "1.00 MiB")
	check(Bytes, 12, "12.0 B")
	check(Requests, 98.66, "98.7")
	check(Requests, 100, "100")
	check(Requests, 1157.2, "1,157")
	check(Calls, 17, "17 calls")
	check(Calls, 1.08, "1.08 calls")
	check(Calls, 2.001, "2 calls")
	check(Calls, 123.45, "123.5 calls")
}

// Separators change nothing but the look.
func TestThousandsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		s := Thousands(strconv.FormatInt(n, 10))
		back, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
		if err != nil || back != n {
			t.Fatalf("%d prints %q", n, s)
		}
		for i, group := range strings.Split(strings.TrimPrefix(s, "-"), ",") {
			if i > 0 && len(group) != 3 || i == 0 && (len(group) < 1 || len(group) > 3) {
				t.Fatalf("%d prints %q", n, s)
			}
		}
	})
}

// Four significant digits: what is printed is within half a unit of the fourth.
func TestTimePrecision(t *testing.T) {
	scale := map[string]float64{"s": 1e9, "ms": 1e6, "µs": 1e3, "ns": 1}
	rapid.Check(t, func(t *rapid.T) {
		ns := math.Pow(10, rapid.Float64Range(0, 12).Draw(t, "magnitude"))
		number, unit, _ := strings.Cut(Time(ns), " ")
		v, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64)
		if err != nil || math.Abs(v*scale[unit]-ns) > 0.5001e-3*ns {
			t.Fatalf("%v prints %q", ns, Time(ns))
		}
	})
}

func TestValueRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom([]Value{known(rapid.Float64Range(-1e12, 1e12).Draw(t, "v")), missing("why"),
			unbounded(2, "> 2.0 s", "why")}).Draw(t, "value")
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back Value
		if err := json.Unmarshal(data, &back); err != nil || back != v {
			t.Fatalf("%+v became %s became %+v (%v)", v, data, back, err)
		}
		if v.OK == strings.Contains(string(data), `"v":null`) {
			t.Fatalf("%+v is %s", v, data)
		}
	})
}
