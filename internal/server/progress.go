package server

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// progress tells people how far a long operation is: on a terminal in one line that changes, elsewhere in a line every
// few seconds.
type progress struct {
	out      io.Writer
	terminal bool
	next     time.Time
	shown    bool
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) show(format string, args ...any) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	text := fmt.Sprintf(format, args...)
	if p.terminal {
		p.next = now.Add(200 * time.Millisecond)
		fmt.Fprint(p.out, "\r\x1b[K"+text)
	} else {
		p.next = now.Add(5 * time.Second)
		fmt.Fprintln(p.out, text)
	}
	p.shown = true
}

// done ends the line.
func (p *progress) done() {
	if p.terminal && p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// digits groups the digits of a number in threes.
func digits(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
