package scenario

import (
	"slices"
	"strings"
	"testing"
)

const rowLoads = `title: rows under some loads
providers: {email: {latency: 1ms}}
servers:
  - {name: goroutine, loads: [b]}
  - pool
  - {name: gin, loads: [a, b]}
loads: {a: {closed: {connections: 1}}, b: 10/s, c: 20/s}
trials: 2
`

func TestRowLoads(t *testing.T) {
	s, err := Decode("x.yaml", []byte(rowLoads))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Cells(); got != (1+3+2)*2 {
		t.Errorf("%d cells", got)
	}
	again, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Servers {
		if !slices.Equal(s.Servers[i].Loads, again.Servers[i].Loads) {
			t.Errorf("row %d: %v became %v", i, s.Servers[i].Loads, again.Servers[i].Loads)
		}
	}
}

func TestRowLoadsRefused(t *testing.T) {
	for list, want := range map[string]string{
		"[d]":    `x.yaml:4:31: unknown load "d"`,
		"[b, b]": "x.yaml:4:34: load b is repeated",
		"[]":     "x.yaml:4:30: a row under no load",
		"b":      "x.yaml:4:30:",
	} {
		_, err := Decode("x.yaml", []byte(strings.Replace(rowLoads, "[b]", list, 1)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", list, err, want)
		}
	}
}

func TestLoadOfNoRow(t *testing.T) {
	_, err := Decode("x.yaml", []byte(strings.Replace(rowLoads, "- pool", "- {name: pool, loads: [a]}", 1)))
	if want := "x.yaml:7:49: no row is measured under load c"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
