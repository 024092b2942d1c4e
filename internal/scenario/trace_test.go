package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/latency"
)

// traced writes a scenario beside a file of samples and reads it.
func traced(t *testing.T, samples string) (*Scenario, error) {
	t.Helper()
	dir := t.TempDir()
	src := strings.Replace(minimal, "200ms", "{trace: samples.txt}", 1)
	for name, text := range map[string]string{"x.yaml": src, "samples.txt": samples} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := ReadFile(filepath.Join(dir, "x.yaml"))
	if err != nil {
		err = fmt.Errorf("%s", strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	}
	return s, err
}

// TestATraceIsCarriedInline: what is resolved needs the file no longer.
func TestATraceIsCarriedInline(t *testing.T) {
	var long strings.Builder
	for i := range latency.MaxSamples {
		fmt.Fprintf(&long, "%dus\n", 10_000+i)
	}
	for _, samples := range []string{"30ms\n10ms\n", long.String()} {
		s, err := traced(t, samples)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode("elsewhere.yaml", []byte(Text(s)))
		if err != nil {
			t.Fatalf("%.300s", err)
		}
		if !reflect.DeepEqual(back.Providers, s.Providers) || Text(back) != Text(s) {
			t.Error("the text is another scenario")
		}
		again, err := latency.Parse(s.Providers[0].Behaviour().Latency)
		if err != nil || !reflect.DeepEqual(again, s.Providers[0].Latency) {
			t.Errorf("the mock providers cannot read it: %v", err)
		}
	}
}

func TestAFaultyTraceIsReportedWhereItIs(t *testing.T) {
	for samples, want := range map[string]string{
		"12ms\nfast\n\n -1ms\n": "samples.txt:2:1: \"fast\" is not a duration: write a duration such as 12ms\n" +
			"samples.txt:4:2: -1ms is negative: write a duration such as 12ms",
		"": "samples.txt: no sample in it: write one duration a line, such as 12ms",
	} {
		if _, err := traced(t, samples); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", samples, err, want)
		}
	}
	for name, want := range map[string]string{
		"missing.txt": "x.yaml:2:30: latency trace: stat missing.txt",
		".":           "is not a file: name a file of durations",
	} {
		src := strings.Replace(minimal, "200ms", "{trace: "+name+"}", 1)
		if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", name, err, want)
		}
	}
}
