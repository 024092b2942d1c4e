package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func example3() result {
	good := verdict{Requests: 9000, Accepted: 8990, Refused: 7, Silent: 3, Channels: map[fate]int{delivered: 26_960, failed: 10}, Duplicated: 4}
	bad := verdict{Requests: 10, Accepted: 10, Channels: map[fate]int{delivered: 28, lost: 1, falsely: 1}, FalseAlso: 2,
		Examples: []example{{K: 7, Channel: "sms", Fate: lost, ID: "abc", Code: 202, Said: "queued"}}}
	return result{Seed: 3, Rate: 150, Rows: []row{
		{Style: "gin", Mode: "sync", Verdict: &good, Drain: drainReport{2, 5, 1, 0}, Happened: map[string]int{killChild: 11}},
		{Style: "pool", Mode: "queued, durable", Verdict: &bad, ExitCode: 1},
		{Style: "fasthttp", Mode: "sync", Error: "it did not start"},
	}}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := writeText(&b, example3()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines[0]) != len(lines[1]) || len(lines[0]) != len(lines[2]) {
		t.Errorf("not aligned:\n%s", &b)
	}
	if got := strings.Fields(lines[1]); !reflect.DeepEqual(got, strings.Fields("gin sync 9000 0 10 8990 26960 10 0 0 0 0 0 4 0 11")) {
		t.Errorf("%q", got)
	}
	for _, want := range []string{"drained 5, persisted 1, dropped 0", "exit code 1 after SIGTERM, no report", "lost: #7 sms, id \"abc\"",
		"fasthttp, sync: no verdict: it did not start"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("without %q:\n%s", want, &b)
		}
	}
}

// Markdown has as many cells in each line of the table.
func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := writeMarkdown(&b, example3()); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "|") {
			if rows++; strings.Count(line, "|") != len(columns())+1 {
				t.Errorf("%s", line)
			}
		}
	}
	if rows != 4 {
		t.Errorf("%d lines of a table:\n%s", rows, &b)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	var b bytes.Buffer
	want := example3()
	if err := writeJSON(&b, want); err != nil {
		t.Fatal(err)
	}
	var got result
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestExitCode(t *testing.T) {
	res := example3()
	for want, rows := range map[int][]row{exitOK: res.Rows[:1], exitWrong: res.Rows, exitFailed: {res.Rows[2], res.Rows[0]}} {
		if got := exitCode(result{Rows: rows}); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}
