package scenario

import (
	"fmt"
	"strings"
	"testing"
)

// calling none is the shortest scenario of a route that calls no provider.
const callingNone = `title: t
request: {channels: []}
servers: [goroutine]
loads: {r: 10/s}
`

func TestRequestsThatCallNoProvider(t *testing.T) {
	for name, src := range map[string]string{
		"POST": callingNone,
		"GET":  strings.Replace(callingNone, "channels: []", "method: GET", 1),
	} {
		s, err := Decode("x.yaml", []byte(src))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Method != name || len(s.Channels) > 0 || len(s.Providers) > 0 {
			t.Errorf("%s: %s %v %v", name, s.Method, s.Channels, s.Providers)
		}
		again, err := Decode("x.yaml", []byte(Text(s)))
		if err != nil || Text(again) != Text(s) || again.Method != name {
			t.Errorf("%s: %v: the text is another scenario:\n%s", name, err, Text(s))
		}
	}
	plain, err := Decode("x.yaml", []byte(minimal))
	if err != nil || plain.Method != MethodPost || strings.Contains(Text(plain), "method") {
		t.Errorf("%v: the hashes of what was recorded have changed:\n%s", err, Text(plain))
	}
}

func TestRequestsThatCannotBe(t *testing.T) {
	for src, want := range map[string]string{
		minimal + "request: {method: PUT}\n":                                            `x.yaml:5:19: unknown request.method "PUT": did you mean "POST"? (valid: POST, GET)`,
		strings.Replace(callingNone, "channels: []", "method: GET, channels: [sms]", 1): "x.yaml:2:34: a GET carries no notification, and so no channels: remove channels, or write method: POST",
		minimal + "request: {channels: []}\n":                                           "x.yaml:2:20: no notification uses provider email: add it to request.channels, or remove it",
		minimal + "request: {method: GET}\n":                                            "x.yaml:2:20: no notification uses provider email",
		strings.Replace(callingNone, "[]", "[email]", 1):                                "x.yaml:1:1: missing key providers",
		strings.Replace(minimal, "[goroutine]", "[{name: goroutine, path: notify}]", 1): `x.yaml:3:35: "notify" is not a path: write a path such as /notify`,
	} {
		if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}

func TestRowsWithPathsOfTheirOwn(t *testing.T) {
	for rows, want := range map[string][]string{
		"[{name: m, path: /a}, {name: m, path: /b}]":                                 {"m /a", "m /b"},
		"[{name: m, path: /a}, {name: n, path: /a}]":                                 {"m", "n"},
		"[goroutine, {name: m, path: /a}]":                                           {"goroutine", "m /a"},
		"[{name: m, path: /a, processes: 2, set: {n: 1}}, {name: m, path: /b}]":      {"m /a n=1 ×2", "m /b"},
		"[{name: m, path: /a, label: mine}, {name: m, path: /b}]":                    {"mine", "m /b"},
		"[{name: m, path: /a, set: {n: 1}}, {name: m, path: /a, set: {n: 2}}]":       {"m n=1", "m n=2"},
		"[{name: m, path: /a, set: {n: 1}}, {name: other, path: /a, set: {n: 1.0}}]": {"m n=1", "other n=1.0"},
	} {
		s, err := Decode("x.yaml", []byte(strings.Replace(callingNone, "[goroutine]", rows, 1)))
		if err != nil {
			t.Errorf("%s: %v", rows, err)
			continue
		}
		var labels, paths []string
		for _, row := range s.Servers {
			labels, paths = append(labels, row.Label), append(paths, s.PathOf(row))
		}
		if fmt.Sprint(labels) != fmt.Sprint(want) || paths[1] == "/notify" {
			t.Errorf("%s: labels %q, want %q; paths %v", rows, labels, want, paths)
		}
		again, err := Decode("x.yaml", []byte(Text(s)))
		if err != nil || Text(again) != Text(s) || again.PathOf(again.Servers[1]) != paths[1] {
			t.Errorf("%v: the text is another scenario:\n%s", err, Text(s))
		}
	}
}
