package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// IngestConfig says which lines SendRecords sends where.
type IngestConfig struct {
	URL      string // address of a project: http://HOST/ORGANIZATION/PROJECT
	Token    string
	FromLine int           // of the first file, for going on after a failure
	Pause    time.Duration // before the first of the repetitions of a request that failed
	Files    []string      // none or "-" for the standard input
}

// The bounds of a request. A longer line travels alone, as long as the server accepts it.
const (
	ingestLines = 2000
	ingestBytes = 1 << 20
	maxLine     = 16 << 20
)

// attempts is how often a request is sent until the command gives up.
const attempts = 5

func (c *IngestConfig) check() error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || strings.Count(strings.Trim(u.Path, "/"), "/") < 1 {
		return fmt.Errorf("--url is %q; name a project, like http://127.0.0.1:8080/fabrikam/Fabrikam%%20Fiber", c.URL)
	}
	if c.Token == "" {
		return errors.New("--token is missing; name a personal access token of somebody who may write to the project")
	}
	if c.FromLine < 1 {
		return fmt.Errorf("--from-line is %d; lines count from 1", c.FromLine)
	}
	return nil
}

// SendRecords sends files of records to a server, chunk by chunk, and tells out how far it is. Each chunk is stored
// whole or not at all, and sending a line again does no harm: after a failure the error says from which line to go on.
func SendRecords(ctx context.Context, c IngestConfig, in io.Reader, out io.Writer) error {
	if len(c.Files) == 0 {
		c.Files = []string{"-"}
	}
	s := &sender{config: c, progress: newProgress(out)}
	started := time.Now()
	for i, name := range c.Files {
		from := 1
		if i == 0 {
			from = c.FromLine
		}
		if err := s.file(ctx, name, in, from); err != nil {
			s.progress.done()
			return err
		}
	}
	s.progress.done()
	fmt.Fprintf(out, "Sent %s lines in %s: %s records changed, %s were there already.\n", digits(s.lines),
		time.Since(started).Round(10*time.Millisecond), digits(s.changed), digits(s.unchanged))
	return nil
}

// sender sends lines.
type sender struct {
	config                    IngestConfig
	progress                  *progress
	lines, changed, unchanged int64
}

// part is lines that travel together.
type part struct {
	name  string // of the file
	first int    // number of the first line
	lines int
	text  bytes.Buffer
}

func (s *sender) file(ctx context.Context, name string, in io.Reader, from int) error {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	p := &part{name: name, first: from}
	for number := 1; lines.Scan(); number++ {
		if number < from {
			continue
		}
		line := lines.Bytes()
		if p.lines > 0 && (p.lines >= ingestLines || p.text.Len()+len(line) > ingestBytes) {
			if err := s.send(ctx, p); err != nil {
				return err
			}
			p = &part{name: name, first: number}
		}
		p.lines++
		p.text.Write(line)
		p.text.WriteByte('\n')
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s: line %d is longer than %d bytes; split what it holds", name, p.first+p.lines, maxLine)
	} else if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if p.lines == 0 {
		return nil
	}
	return s.send(ctx, p)
}

// send sends a part, again and again when the server cannot be reached or is not able to answer now.
func (s *sender) send(ctx context.Context, p *part) error {
	pause := s.config.Pause
	for attempt := 1; ; attempt++ {
		again, err := s.post(ctx, p)
		if err == nil {
			s.progress.show("%s: %s lines sent", p.name, digits(s.lines))
			return nil
		}
		if !again || attempt == attempts || ctx.Err() != nil {
			return fmt.Errorf("%s: %w; everything before line %d is stored: go on with --from-line %d", p.name, err, p.first, p.first)
		}
		s.progress.show("%s: line %d: %v; trying again", p.name, p.first, err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause *= 2
	}
}

// post sends a part once. again says that sending it again may help.
func (s *sender) post(ctx context.Context, p *part) (again bool, err error) {
	target := strings.TrimRight(s.config.URL, "/") + "/_apis/analytics/ingestion?api-version=7.1&firstLine=" + strconv.Itoa(p.first)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(p.text.Bytes()))
	if err != nil {
		return false, err
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.SetBasicAuth("", s.config.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return true, err
	}
	defer func() { _ = answer.Body.Close() }() // it is read to its end or of no use
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return true, err
	}
	var said struct {
		Changed   int64  `json:"changed"`
		Unchanged int64  `json:"unchanged"`
		Message   string `json:"message"`
	}
	if err := json.Unmarshal(text, &said); err != nil && answer.StatusCode == http.StatusOK {
		return false, fmt.Errorf("what answers at %s is no Boardwalk: %w", s.config.URL, err)
	}
	if answer.StatusCode != http.StatusOK {
		if said.Message == "" {
			said.Message = answer.Status
		}
		return answer.StatusCode >= 500, errors.New(said.Message)
	}
	s.lines, s.changed, s.unchanged = s.lines+int64(p.lines), s.changed+said.Changed, s.unchanged+said.Unchanged
	return false, nil
}
