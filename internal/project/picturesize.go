package project

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // so that image.Decode knows it
	_ "image/jpeg" // as well
	"image/png"
)

// The limits of images: what pictures are kept as, and what is read at all.
const (
	pictureSide    = 220     // pixels, the largest that clients ask for
	maxPictureDots = 4 << 20 // pixels
	maxScans       = 100     // of a JPEG: encoders write about ten, and each goes over all pixels
)

// square scales the middle of an image to a PNG of that many pixels on each side.
func square(data []byte, pixels int) ([]byte, error) {
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, errors.New("it is no PNG, JPEG or GIF")
	case config.Width < 1 || config.Height < 1 || config.Width > maxPictureDots/config.Height:
		return nil, fmt.Errorf("it has %d times %d pixels, and %d together are the most", config.Width, config.Height, maxPictureDots)
	case kind == "jpeg" && bytes.Count(data, []byte("\xff\xda")) > maxScans:
		return nil, fmt.Errorf("it has more than %d scans", maxScans)
	}
	from, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("it is damaged")
	}
	var out bytes.Buffer
	if err := png.Encode(&out, scale(from, pixels)); err != nil {
		return nil, fmt.Errorf("write a picture: %w", err)
	}
	return out.Bytes(), nil
}

// scale makes each dot the mean of those of the image that it covers, or of the one it lies in.
func scale(from image.Image, pixels int) image.Image {
	bounds := from.Bounds()
	side := min(bounds.Dx(), bounds.Dy())
	corner := bounds.Min.Add(image.Pt((bounds.Dx()-side)/2, (bounds.Dy()-side)/2))
	to := image.NewNRGBA(image.Rect(0, 0, pixels, pixels))
	for y := range pixels {
		top, bottom := y*side/pixels, max((y+1)*side/pixels, y*side/pixels+1)
		for x := range pixels {
			left, right := x*side/pixels, max((x+1)*side/pixels, x*side/pixels+1)
			var sum [4]uint64
			for v := top; v < bottom; v++ {
				for u := left; u < right; u++ {
					r, g, b, a := from.At(corner.X+u, corner.Y+v).RGBA()
					for i, part := range [4]uint32{r, g, b, a} {
						sum[i] += uint64(part)
					}
				}
			}
			n := uint64((bottom - top) * (right - left))                                                                           //nolint:gosec // at least one, at most all dots
			to.Set(x, y, color.RGBA64{R: uint16(sum[0] / n), G: uint16(sum[1] / n), B: uint16(sum[2] / n), A: uint16(sum[3] / n)}) //nolint:gosec // means of 16 bits
		}
	}
	return to
}
