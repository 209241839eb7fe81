package project

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// Of an image that is no square the middle is taken, and each dot is the mean of those that it covers.
func TestPicture_Middle(t *testing.T) {
	black, white, red := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 0, 0, 255}
	wide := image.NewNRGBA(image.Rect(0, 0, 880, 440)) // red, then stripes of black and white, then red
	for y := range 440 {
		for x := range 880 {
			switch {
			case x < 220 || x >= 660:
				wide.Set(x, y, red)
			case x%2 == 0:
				wide.Set(x, y, black)
			default:
				wide.Set(x, y, white)
			}
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, wide); err != nil {
		t.Fatal(err)
	}
	p, err := NewPicture(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, pixels := range []int{34, 44, 220} {
		text, err := p.PNG(pixels)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(text))
		if err != nil || got.Bounds() != image.Rect(0, 0, pixels, pixels) {
			t.Fatalf("%d pixels: %v, %v", pixels, got, err)
		}
		for _, at := range []image.Point{{0, 0}, {pixels - 1, 0}, {pixels / 2, pixels - 1}} {
			if r, g, b, a := got.At(at.X, at.Y).RGBA(); r>>8 != 127 || g>>8 != 127 || b>>8 != 127 || a>>8 != 255 {
				t.Errorf("%d pixels at %v: %v, want gray", pixels, at, got.At(at.X, at.Y))
			}
		}
	}
}

func TestPicture_Refused(t *testing.T) {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 10, 10)), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := NewPicture(file.Bytes()); err != nil {
		t.Error(err)
	}
	scans := bytes.Replace(file.Bytes(), []byte("\xff\xda"), bytes.Repeat([]byte("\xff\xda"), 10_000), 1) // each may cost milliseconds
	file.Reset()
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(file.Bytes()) // a small file that says it is huge; behind the size stands its checksum
	binary.BigEndian.PutUint32(huge[16:], 100_000)
	binary.BigEndian.PutUint32(huge[20:], 100_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for _, c := range []struct {
		image []byte
		want  string
	}{{nil, "no PNG"}, {[]byte("GIF89a"), "no PNG"}, {file.Bytes()[:40], "damaged"}, {huge, "100000 times 100000"}, {scans, "more than 100 scans"}} {
		if _, err := NewPicture(c.image); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
