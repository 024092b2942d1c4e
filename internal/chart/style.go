package chart

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// look is how one row is drawn, everywhere.
type look struct {
	color color.Color
	dash  []vg.Length
	glyph draw.GlyphDrawer
}

// palette is Okabe and Ito's, which people with any colour vision can tell apart;
// their yellow is left out, it is lost on white.
func palette() []color.Color {
	return []color.Color{
		color.RGBA{0x00, 0x72, 0xB2, 0xFF}, // blue
		color.RGBA{0xD5, 0x5E, 0x00, 0xFF}, // vermillion
		color.RGBA{0x00, 0x9E, 0x73, 0xFF}, // green
		color.RGBA{0xCC, 0x79, 0xA7, 0xFF}, // purple
		color.RGBA{0xE6, 0x9F, 0x00, 0xFF}, // orange
		color.RGBA{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
		color.RGBA{0x33, 0x33, 0x33, 0xFF}, // near black
	}
}

func dashes() [][]vg.Length {
	return [][]vg.Length{nil, {8, 3}, {2, 3}, {9, 3, 2, 3}, {5, 5}}
}

func glyphs() []draw.GlyphDrawer {
	return []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}, draw.CrossGlyph{},
		draw.RingGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.PlusGlyph{}}
}

// lookOf is the look of a subject: by its place in the run.
func lookOf(run *record.Run, subject string) look {
	i := slices.IndexFunc(run.Subjects, func(s record.Subject) bool { return s.ID == subject })
	i = max(i, 0)
	colors, lines, marks := palette(), dashes(), glyphs()
	return look{colors[i%len(colors)], lines[i%len(lines)], marks[i%len(marks)]}
}

// rowLook is the look of a row: grey where it is not to be believed.
func rowLook(run *record.Run, r *metric.Row) look {
	l := lookOf(run, r.Subject)
	if r.State == metric.AllInvalid {
		l.color = grey
	}
	return l
}

var (
	ink   = color.RGBA{0x22, 0x22, 0x22, 0xFF}
	faint = color.RGBA{0x66, 0x66, 0x66, 0xFF}
	grey  = color.RGBA{0xC8, 0xC8, 0xC8, 0xFF}
	grid  = color.RGBA{0xE4, 0xE4, 0xE4, 0xFF}
)

// Sizes of text.
const (
	titleSize  = 18
	smallSize  = 10.5
	normalSize = 12
)

func words(size vg.Length, c color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{
		Color: c, XAlign: x, YAlign: y, Handler: plot.DefaultTextHandler,
		Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
	}
}

func bold(s text.Style) text.Style {
	s.Font.Weight = 3 // golang.org/x/image/font.WeightBold
	return s
}

func line(c color.Color, w vg.Length, dash ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: w, Dashes: dash}
}

// fit cuts a text to a width, with an ellipsis.
func fit(s text.Style, txt string, w vg.Length) string {
	if s.Width(txt) <= w {
		return txt
	}
	runes := []rune(txt)
	for len(runes) > 0 && s.Width(string(runes)+"…") > w {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// newPlot is an empty plot in the house style.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Padding = 0
		a.LineStyle = line(faint, 0.75)
		a.Tick.LineStyle = line(faint, 0.75)
		a.Label.Padding = 4
		a.Label.TextStyle.Font = words(normalSize, ink, 0, 0).Font
		a.Label.TextStyle.Color = ink
		a.Tick.Label.Font = words(smallSize, ink, 0, 0).Font
		a.Tick.Label.Color = ink
	}
	return p
}
