package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/migrate"
)

// dataOf computes the data of every load of a record.
func dataOf(t testing.TB, m *metrictest.Memory) []*Data {
	t.Helper()
	s, err := metric.Summarize(m)
	if err != nil {
		t.Fatal(err)
	}
	var all []*Data
	for i := range m.Record.Loads {
		l := &m.Record.Loads[i]
		d := &Data{Run: &m.Record, Load: l, Rows: s.Of(l.Name), Searches: s.Searches}
		if l.Changing {
			if d.Series, err = metric.Timeline(m, s, l.Name); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, d)
	}
	return append(all, &Data{Run: &m.Record, Migrate: migrate.Of(&m.Record, s)})
}

func drawTo(t testing.TB, c Chart, format string, d *Data) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Draw(&b, format, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every chart says what it is, applies to some load of the fixture, and draws
// there in every format: a PNG that decodes and is not blank, an SVG that is
// well formed and names what it shows.
func TestChartsConform(t *testing.T) {
	searched, err := metrictest.Searched(1)
	if err != nil {
		t.Fatal(err)
	}
	all := append(dataOf(t, metrictest.Fixture(6)), dataOf(t, searched)...)
	all = append(all, dataOf(t, metrictest.Migrated(6))[3])
	name := regexp.MustCompile(`^[a-z]+$`)
	seen := map[string]bool{}
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			if !name.MatchString(c.Name) || seen[c.Name] || c.Title == "" || !strings.HasSuffix(c.Doc, ".") {
				t.Errorf("incomplete: %q, %q, %q", c.Name, c.Title, c.Doc)
			}
			seen[c.Name] = true
			applied := false
			for _, d := range all {
				if c.Whole != (d.Load == nil) || !c.Applies(d) {
					continue
				}
				if !applied { // one is enough: pixels take long under the race detector
					checkPNG(t, c, drawTo(t, c, "png", d))
				}
				applied = true
				texts := []string{c.Title, "goroutine", d.Run.Scenario.Name}
				if !c.Whole {
					texts = append(texts, "load "+d.Load.Name)
				}
				checkSVG(t, drawTo(t, c, "svg", d), texts...)
			}
			if !applied {
				t.Error("applies to nothing in the fixture")
			}
		})
	}
}

func checkPNG(t *testing.T, c Chart, data []byte) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != width || b.Dy() != int(c.height) {
		t.Errorf("size %v", b)
	}
	colours := map[color.Color]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 7 {
		for x := 0; x < img.Bounds().Dx(); x += 7 {
			colours[img.At(x, y)] = true
		}
	}
	if len(colours) < 8 {
		t.Errorf("only %d colours: blank?", len(colours))
	}
}

func checkSVG(t *testing.T, data []byte, texts ...string) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(data))
	var all strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			all.Write(text)
		}
	}
	for _, want := range texts {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the SVG does not say %q", want)
		}
	}
}

// What cannot be drawn as a number is said in words.
func TestAbsenceIsSaid(t *testing.T) {
	all := dataOf(t, metrictest.Fixture(6))
	checkSVG(t, drawTo(t, throughput, "svg", all[0]), "not installed: pip install flask gunicorn",
		"failed: the server died in mid-run", "bound by workers",
		"goroutine ×2 is invalid: the raw requests are incomplete")
	checkSVG(t, drawTo(t, latency, "svg", all[1]), "pool workers=4 (backlog +289/s)")
}

// With fewer than six trials there are dots and no whisker: no interval is claimed.
func TestFewTrialsHaveDotsOnly(t *testing.T) {
	for trials, ranged := range map[int]bool{3: false, 6: true} {
		d := dataOf(t, metrictest.Fixture(trials))[0]
		bars := barsOf(d, metric.CPUPerRequest)
		if b := bars[0]; len(b.trials) != trials || b.ranged != ranged {
			t.Errorf("%d trials: %d dots, a whisker: %v", trials, len(b.trials), b.ranged)
		}
		explained := false
		for _, e := range barKey(bars) {
			explained = explained || strings.Contains(e.text, "min–max")
		}
		if explained != ranged {
			t.Errorf("%d trials: the key speaks of an interval: %v", trials, explained)
		}
	}
}

// A chart is a function of its data: drawn at once or in turn, it is the same.
func TestDrawingIsDeterministic(t *testing.T) {
	each, whole := dataOf(t, metrictest.Fixture(1))[2], dataOf(t, metrictest.Migrated(1))[3]
	for _, c := range All() {
		d := each
		if c.Whole {
			d = whole
		}
		want := drawTo(t, c, "svg", d)
		got := make(chan []byte, 4)
		for range cap(got) {
			go func() {
				var b bytes.Buffer
				if err := c.Draw(&b, "svg", d); err != nil {
					t.Error(err)
				}
				got <- b.Bytes()
			}()
		}
		for range cap(got) {
			if !bytes.Equal(want, <-got) {
				t.Errorf("%s differs from one drawing to the next", c.Name)
			}
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	m := metrictest.New(1, metrictest.Loads(), metrictest.Servers())
	for _, d := range dataOf(t, m) {
		for _, c := range All() {
			if c.Whole == (d.Load == nil) && c.Applies(d) {
				t.Errorf("%s applies to %s of a run without cells", c.Name, d.name())
			}
		}
	}
	if err := throughput.Draw(io.Discard, "gif", nil); err == nil || !strings.Contains(err.Error(), "png svg") {
		t.Errorf("%v", err)
	}
}
