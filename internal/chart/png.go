package chart

import (
	"bufio"
	"fmt"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// pngCanvas is written as PNG, compressed quickly: a picture of flat areas becomes
// 2% larger by that, and takes two thirds of the time.
type pngCanvas struct{ *vgimg.Canvas }

func newPNG(w, h vg.Length) vg.CanvasWriterTo {
	return pngCanvas{vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi))}
}

// WriteTo implements io.WriterTo.
func (c pngCanvas) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	b := bufio.NewWriter(counted)
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(b, c.Image()); err != nil {
		return counted.n, fmt.Errorf("encode PNG: %w", err)
	}
	return counted.n, b.Flush()
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
